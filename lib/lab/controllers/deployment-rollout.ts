import type { KubeObject } from "../model.ts";

/** Pods that a ReplicaSet asks for, and those of them that are available. */
export interface Scale {
  wanted: number;
  available: number;
}

/** How many pods a Deployment may have while it rolls out. */
export interface RolloutBounds {
  desired: number;
  /** Counted over all ReplicaSets. */
  most: number;
  /** Available ones, over all ReplicaSets. */
  least: number;
}

/**
 * Reads the bounds from the strategy; percentages of maxSurge round up, of maxUnavailable down, and both zero means one unavailable.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export function rolloutBounds({ spec }: KubeObject): RolloutBounds {
  const desired: number = spec.replicas ?? 1;
  if (spec.strategy?.type === "Recreate") return { desired, most: desired, least: 0 };
  const { maxSurge = "25%", maxUnavailable = "25%" } = spec.strategy?.rollingUpdate ?? {};
  const surge = Math.ceil(resolve(maxSurge, desired));
  const unavailable = Math.floor(resolve(maxUnavailable, desired));
  const atLeastOne = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { desired, most: desired + surge, least: desired - Math.min(atLeastOne, desired) };
}

/** Says how many pods the new ReplicaSet should ask for now. */
export function rollingTarget(deployment: KubeObject, current: Scale, old: Scale[]): number {
  const { desired, most } = rolloutBounds(deployment);
  if (current.wanted >= desired) return desired;
  const room = most - sum([current, ...old].map(({ wanted }) => wanted));
  return current.wanted + Math.max(0, Math.min(room, desired - current.wanted));
}

/**
 * Says how many pods each old ReplicaSet (oldest first) should ask for now: first those that are not available go, then as many as
 * the available ones of all ReplicaSets exceed what the strategy asks for.
 */
export function rollingScaleDown(deployment: KubeObject, current: Scale, old: Scale[]): number[] {
  const { least } = rolloutBounds(deployment);
  const counts = old.map(({ wanted }) => wanted);
  const newUnavailable = Math.max(0, current.wanted - current.available);
  let budget = sum([current, ...old].map(({ wanted }) => wanted)) - least - newUnavailable;
  for (const [index, { wanted, available }] of old.entries()) {
    const unhealthy = Math.min(Math.max(0, wanted - available), Math.max(0, budget));
    counts[index] = wanted - unhealthy;
    budget -= unhealthy;
  }
  // Status may lag behind a scale-down that was just asked for, so both the asked and the available pods bound what may go.
  const spare = current.available + sum(old.map(({ available }, index) => Math.min(available, counts[index]!))) - least;
  let healthy = Math.min(budget, spare);
  for (const [index, count] of counts.entries()) {
    const leaving = Math.min(count, Math.max(0, healthy));
    counts[index] = count - leaving;
    healthy -= leaving;
  }
  return counts;
}

function resolve(value: number | string, whole: number): number {
  return typeof value === "string" && value.endsWith("%") ? (Number.parseFloat(value) * whole) / 100 : Number(value);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
