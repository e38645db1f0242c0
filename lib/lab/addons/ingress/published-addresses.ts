import type { ApiObject } from "../api-object.ts";

/** One entry of an Ingress's status.loadBalancer.ingress. */
export type PublishedAddress = { ip: string } | { hostname: string };

/**
 * Gives the addresses under which the Ingresses are reached: those of the controller's Service, ordered. Empty while a load balancer has none,
 * and when there is no such Service.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/ (publish-service)
 */
export function publishedAddresses(service: ApiObject | undefined): PublishedAddress[] {
  const { type, clusterIP, externalIPs = [] } = (service?.["spec"] ?? {}) as ServiceSpec;
  const external: PublishedAddress[] = externalIPs.map((ip) => ({ ip }));
  const addresses = type === "LoadBalancer" ? [...balanced(service), ...external] : external;
  if (type !== "LoadBalancer" && addresses.length === 0 && clusterIP && clusterIP !== "None")
    addresses.push({ ip: clusterIP });
  const text = (address: PublishedAddress) => ("ip" in address ? address.ip : address.hostname);
  return addresses.toSorted((left, right) => (text(left) < text(right) ? -1 : 1));
}

interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  externalIPs?: string[];
}

function balanced(service: ApiObject | undefined): PublishedAddress[] {
  const entries: { ip?: string; hostname?: string }[] = service?.["status"]?.loadBalancer?.ingress ?? [];
  return entries.flatMap(({ ip, hostname }): PublishedAddress[] => {
    if (ip) return [{ ip }];
    return hostname ? [{ hostname }] : [];
  });
}
