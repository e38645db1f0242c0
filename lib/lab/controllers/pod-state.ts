import type { KubeObject } from "../model.ts";
import { findCondition } from "./conditions.ts";

/** Tells whether a pod counts as a replica: not finished and not being deleted. */
export function isPodActive(pod: KubeObject): boolean {
  return !isPodFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Tells whether a pod's containers have ended for good. */
export function isPodFinished(pod: KubeObject): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** Tells whether a pod's Ready condition is True. */
export function isPodReady(pod: KubeObject): boolean {
  return findCondition(pod.status?.conditions, "Ready")?.status === "True";
}

/** Returns how long it takes until a ready pod has been ready for `minReadySeconds`: 0 when it has, undefined when it is not ready. */
export function availableInMs(pod: KubeObject, minReadySeconds: number): number | undefined {
  const ready = findCondition(pod.status?.conditions, "Ready");
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  const sinceMs = Date.parse(ready.lastTransitionTime ?? timestampZero);
  return Math.max(0, sinceMs + minReadySeconds * 1000 - Date.now());
}

const timestampZero = "1970-01-01T00:00:00Z";
