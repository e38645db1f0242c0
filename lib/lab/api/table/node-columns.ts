import type { KubeObject } from "../../model.ts";
import { age } from "./age.ts";
import { nameColumn, text, wide } from "./column.ts";
import type { Column } from "./column.ts";

type Fields = KubeObject[string];

/** What `kubectl get nodes` shows. */
export const nodeColumns: Column[] = [
  nameColumn,
  text("Status", ({ spec, status }) => {
    const ready = status?.conditions?.find(({ type }: Fields) => type === "Ready");
    const word = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
    return spec?.unschedulable ? `${word},SchedulingDisabled` : word;
  }),
  text("Roles", ({ metadata }) => {
    const prefix = "node-role.kubernetes.io/";
    const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
    return (
      roles
        .map((label) => label.slice(prefix.length))
        .toSorted()
        .join(",") || "<none>"
    );
  }),
  text("Age", ({ metadata }) => age(metadata.creationTimestamp)),
  text("Version", ({ status }) => status?.nodeInfo?.kubeletVersion ?? ""),
  wide(text("Internal-IP", ({ status }) => address(status, "InternalIP"))),
  wide(text("External-IP", ({ status }) => address(status, "ExternalIP"))),
  wide(text("OS-Image", ({ status }) => status?.nodeInfo?.osImage || "<unknown>")),
  wide(text("Kernel-Version", ({ status }) => status?.nodeInfo?.kernelVersion || "<unknown>")),
  wide(text("Container-Runtime", ({ status }) => status?.nodeInfo?.containerRuntimeVersion || "<unknown>")),
];

function address(status: Fields, wanted: string): string {
  return status?.addresses?.find(({ type }: Fields) => type === wanted)?.address ?? "<none>";
}
