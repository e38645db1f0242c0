import { fieldOf, numberOf } from "../base/open-record.ts";
import type { KubeObject } from "./cluster.ts";
import { nodeNamesIn } from "./place-pod.ts";

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
    const common = { name: metadata.name, namespace: metadata.namespace ?? "", state } as const;
    const nodes = nodeNamesIn(fieldOf(object["spec"], "template", "spec"));
    if (kind === "DaemonSet") return [{ kind, ...common, count: nodes.length, nodes }];
    if (kind === "Deployment") return [{ kind, ...common, count: numberOf(object["spec"], "replicas") ?? 1 }];
    return kind === "Pod" ? [{ kind, ...common, count: 1 }] : [];
  });
}
