import { parseQuantity } from "../admission/quantity.ts";
import type { Fields } from "./strategy.ts";

/**
 * Gives a pod's quality of service class.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qualityOfService(spec: Fields): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers: Fields[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const given = (container: Fields, kind: string, name: string) =>
    parseQuantity(container.resources?.[kind]?.[name] ?? 0) > 0n;
  const names = ["cpu", "memory"];
  const asksNothing = containers.every((container) =>
    ["limits", "requests"].every((kind) => names.every((name) => !given(container, kind, name))),
  );
  if (asksNothing) return "BestEffort";
  const guaranteed = containers.every(({ resources }) =>
    names.every((name) => {
      const limit = parseQuantity(resources?.limits?.[name] ?? 0);
      return limit > 0n && parseQuantity(resources?.requests?.[name] ?? resources?.limits?.[name] ?? 0) === limit;
    }),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}
