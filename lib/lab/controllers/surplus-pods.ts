import type { KubeObject } from "../model.ts";
import { findCondition } from "./conditions.ts";
import { isPodReady } from "./pod-state.ts";

type Compare = (a: KubeObject, b: KubeObject) => number;

const phases = ["Pending", "Unknown", "Running"];

/**
 * Orders pods so that the ones to give up first come first: unassigned, pending, not ready, cheap to delete, sharing a node with most
 * siblings, ready for the shortest time, youngest.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
export function byDeletionPreference(siblings: KubeObject[]): Compare {
  const perNode = new Map<string, number>();
  for (const { spec } of siblings) perNode.set(spec.nodeName, (perNode.get(spec.nodeName) ?? 0) + 1);

  const ascending: ((pod: KubeObject) => number)[] = [
    ({ spec }) => (spec.nodeName ? 1 : 0),
    ({ status }) => phases.indexOf(status?.phase ?? "Pending"),
    (pod) => (isPodReady(pod) ? 1 : 0),
    ({ metadata }) => Number(metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"] ?? 0),
    ({ spec }) => -(perNode.get(spec.nodeName) ?? 0),
    (pod) => -readySinceMs(pod),
    ({ metadata }) => -Date.parse(metadata.creationTimestamp ?? ""),
  ];
  return (a, b) => {
    for (const rank of ascending) {
      const difference = rank(a) - rank(b);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

function readySinceMs(pod: KubeObject): number {
  const ready = findCondition(pod.status?.conditions, "Ready");
  return ready?.status === "True" ? Date.parse(ready.lastTransitionTime ?? "") : 0;
}
