import type { KubeObject } from "../../model.ts";
import { age } from "./age.ts";
import { nameColumn, number, text, wide } from "./column.ts";
import type { Column } from "./column.ts";
import { selectorText } from "./selector-text.ts";

const ageColumn = text("Age", ({ metadata }) => age(metadata.creationTimestamp));
const containersOf = ({ spec }: KubeObject): { name: string; image: string }[] => spec.template?.spec?.containers ?? [];

const podColumns: Column[] = [
  wide(
    text("Containers", (object) =>
      containersOf(object)
        .map(({ name }) => name)
        .join(","),
    ),
  ),
  wide(
    text("Images", (object) =>
      containersOf(object)
        .map(({ image }) => image)
        .join(","),
    ),
  ),
];
const selectorColumn = wide(text("Selector", ({ spec }) => selectorText(spec.selector)));

/** What `kubectl get` shows of the workloads, by resource. */
export const workloadColumns: Record<string, Column[]> = {
  "deployments.apps": [
    nameColumn,
    text("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas}`),
    number("Up-to-date", ({ status }) => status?.updatedReplicas ?? 0),
    number("Available", ({ status }) => status?.availableReplicas ?? 0),
    ageColumn,
    ...podColumns,
    selectorColumn,
  ],
  "replicasets.apps": [
    nameColumn,
    number("Desired", ({ spec }) => spec.replicas),
    number("Current", ({ status }) => status?.replicas ?? 0),
    number("Ready", ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    ...podColumns,
    selectorColumn,
  ],
  "statefulsets.apps": [
    nameColumn,
    text("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas}`),
    ageColumn,
    ...podColumns,
  ],
  "daemonsets.apps": [
    nameColumn,
    number("Desired", ({ status }) => status?.desiredNumberScheduled ?? 0),
    number("Current", ({ status }) => status?.currentNumberScheduled ?? 0),
    number("Ready", ({ status }) => status?.numberReady ?? 0),
    number("Up-to-date", ({ status }) => status?.updatedNumberScheduled ?? 0),
    number("Available", ({ status }) => status?.numberAvailable ?? 0),
    text("Node Selector", ({ spec }) => selectorText({ matchLabels: spec.template?.spec?.nodeSelector })),
    ageColumn,
    ...podColumns,
    selectorColumn,
  ],
};
