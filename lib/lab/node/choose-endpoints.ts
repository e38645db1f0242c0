import type { Endpoint, TrafficPolicy } from "./service-ports.ts";

/** Where connections to a Service go from one node: to one of `endpoints`, or nowhere in one of two ways. */
export type Choice = { to: "endpoints"; endpoints: Endpoint[] } | { to: "reject" } | { to: "drop" };

/**
 * Chooses the endpoints of a Service that a node uses under a traffic policy. Ready ones; when there are none, those that still serve
 * while they terminate. Under a Local policy only the node's own count: with endpoints elsewhere only, packets are dropped; without
 * any at all, refused.
 *
 * @see https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-policies
 */
export function chooseEndpoints(endpoints: Endpoint[], policy: TrafficPolicy, nodeName: string): Choice {
  const anywhere = usable(endpoints);
  if (anywhere.length === 0) return { to: "reject" };
  if (policy === "Cluster") return { to: "endpoints", endpoints: anywhere };
  const here = usable(endpoints.filter((endpoint) => endpoint.nodeName === nodeName));
  return here.length === 0 ? { to: "drop" } : { to: "endpoints", endpoints: here };
}

function usable(endpoints: Endpoint[]): Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
}
