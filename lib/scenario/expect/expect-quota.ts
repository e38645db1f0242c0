import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../../cluster/cluster.ts";
import type { Expectation } from "./expect.ts";
import { holds } from "./expect-objects.ts";

const limited = ["cpu", "memory"];

/** Promises that a ResourceQuota counts at least so many pods, and what they request and may use. */
export function countsPods(atLeast: number): Expectation {
  return holds(`a quota that counts ${atLeast} pods or more, with their requests and limits`, ([quota]) => {
    if (!quota) return "no such quota";
    const used = Object.fromEntries(Object.entries(fieldOf(quota, "status", "used") ?? {}));
    const uncounted = Object.keys(fieldOf(quota, "spec", "hard") ?? {}).filter((name) => isNothing(used[name]));
    if (uncounted.length > 0) return `nothing is counted of ${uncounted.join(", ")}`;
    return Number(used["pods"]) >= atLeast ? undefined : `${String(used["pods"])} pods are counted`;
  });
}

/** Promises that every container has requests and limits of processor and memory; that there is none proves nothing. */
export function everyContainerIsLimited(): Expectation {
  return holds("pods whose containers all have requests and limits", (pods) => {
    if (pods.length === 0) return "no pods";
    const unlimited = pods.filter((pod) => !containersOf(pod).every(isLimited));
    return unlimited.length === 0
      ? undefined
      : `without them: ${unlimited.map(({ metadata }) => metadata.name).join(", ")}`;
  });
}

function containersOf({ spec }: KubeObject): unknown[] {
  return [...listOf(spec, "initContainers"), ...listOf(spec, "containers")];
}

function isLimited(container: unknown): boolean {
  return ["requests", "limits"].every((kind) =>
    limited.every((resource) => textOf(container, "resources", kind, resource) !== undefined),
  );
}

function isNothing(quantity: unknown): boolean {
  return typeof quantity !== "string" || Number.parseFloat(quantity) === 0;
}
