import { fieldOf, listOf, numberOf, textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";
import { nodeNamesIn } from "../run/place-pod.ts";

/** Pods that must come up. */
export interface Expected {
  kind: "DaemonSet" | "Deployment" | "Pod";
  name: string;
  namespace: string;
  /** How many pods; for a DaemonSet the number of `nodes`. */
  count: number;
  /** DaemonSet: the nodes on which a pod must run. */
  nodes?: readonly string[];
  /** `running`: the pods are made never to become ready, and must run. */
  state: "ready" | "running";
  /** Names of all containers that their template has, init containers first. */
  containers: readonly string[];
}

/** On a workload: its pods run and are never ready, on purpose. */
const readyAnnotation = "meshgate.dev/ready";

/**
 * Derives which pods the objects of a prepared manifest bring up; objects without pods give nothing. A DaemonSet runs on the nodes to which
 * its pods were confined.
 */
export function expectedPods(objects: readonly KubeObject[]): Expected[] {
  return objects.flatMap((object): Expected[] => {
    const { kind, metadata } = object;
    const state = metadata.annotations?.[readyAnnotation] === "never" ? "running" : "ready";
    const podSpec = kind === "Pod" ? object["spec"] : fieldOf(object["spec"], "template", "spec");
    const containers = containerNames(podSpec);
    const common = { name: metadata.name, namespace: metadata.namespace ?? "", state, containers } as const;
    const nodes = nodeNamesIn(podSpec);
    if (kind === "DaemonSet") return [{ kind, ...common, count: nodes.length, nodes }];
    if (kind === "Deployment") return [{ kind, ...common, count: numberOf(object["spec"], "replicas") ?? 1 }];
    return kind === "Pod" ? [{ kind, ...common, count: 1 }] : [];
  });
}

/** Reads the names of all containers of a pod's spec, init containers first. */
export function containerNames(podSpec: unknown): string[] {
  return [...listOf(podSpec, "initContainers"), ...listOf(podSpec, "containers")].map(
    (container) => textOf(container, "name") ?? "",
  );
}
