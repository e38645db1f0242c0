import type { Container, ResourceFieldRef } from "../pod/pod-spec.ts";

/** What the node offers where a container sets no limit of its own. */
type Capacity = Record<string, string>;

/**
 * Gives a container's request or limit in units of the divisor, rounded up; a limit that is not set is the node's capacity.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#resourcefieldref
 */
export function resourceValue(containers: Container[], ref: ResourceFieldRef, own: string, capacity: Capacity): string {
  const container = containers.find(({ name }) => name === (ref.containerName ?? own));
  const [kind = "", ...rest] = ref.resource.split(".");
  const resource = rest.join(".");
  const limit = container?.resources?.limits?.[resource];
  const amount = kind === "requests" ? (container?.resources?.requests?.[resource] ?? limit ?? "0") : limit;
  const divisor = parseQuantity(ref.divisor ?? "1") || 1;
  return `${Math.ceil(parseQuantity(amount ?? capacity[resource] ?? "0") / divisor - 1e-9)}`;
}

const scales: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

function parseQuantity(text: string): number {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text);
  return Number(match?.[1] ?? 0) * (scales[match?.[2] ?? ""] ?? 0);
}
