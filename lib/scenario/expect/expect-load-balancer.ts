import { parseSpan, spansOverlap } from "../../base/address-span.ts";
import { type AddressPool, addressPool } from "../../cluster/features/address-pools.ts";
import type { KubeObject } from "../../cluster/cluster.ts";
import { publishedHosts } from "../../cluster/features/published-hosts.ts";
import type { Expectation } from "./expect.ts";
import { holds } from "./expect-objects.ts";
import type { Service } from "../place.ts";

/** Promises that a Service has an address of a load balancer, or a name that stands for it. */
export function hasAddress(): Expectation {
  return holds(
    "an address of a load balancer in its status",
    ([service]) => (hostsOf(service).length === 0 ? "no address of a load balancer" : undefined),
    ([service]) => hostsOf(service).join(", "),
  );
}

/** Promises that all addresses of a Service lie in one of these pools. Throws, which is "could not look", while it has none. */
export function hasAddressOf(pools: AddressPool[]): Expectation {
  const names = pools.map(({ name, ranges }) => `${name} (${ranges.join(", ")})`).join(", ");
  return holds(`an address of ${names}`, ([service]) => {
    const hosts = hostsOf(service);
    if (hosts.length === 0) throw new Error(`the Service ${service?.metadata.name} has no address of a load balancer`);
    const strange = hosts.filter((host) => !pools.some((pool) => isOf(pool, host)));
    return strange.length === 0 ? undefined : `${strange.join(", ")}, which is in none of them`;
  });
}

/** Promises, of all Services of one cluster, that none has an address that one of these of another cluster has. */
export function noneHasAddressOf(cluster: string, others: Service[]): Expectation {
  return holds(`no Service with an address that one of ${cluster}'s has`, (services) => {
    const taken = others.flatMap((other) => other.loadBalancerHosts);
    if (taken.length === 0) throw new Error(`no Service of the run in ${cluster} has an address of a load balancer`);
    const holders = services.flatMap((service) => {
      const shared = hostsOf(service).filter((host) => taken.includes(host));
      return shared.map((host) => `${service.metadata.namespace}/${service.metadata.name} has ${host}`);
    });
    return holders.length === 0 ? undefined : `${holders.join(", ")}, which ${cluster} gave away, too`;
  });
}

/** Promises that a pool has no address in common with those of another cluster. */
export function sharesNoAddressWith(pools: AddressPool[], cluster: string): Expectation {
  return holds(`a pool without an address of ${cluster}'s`, ([object]) => {
    if (!object) throw new Error("the pool is not there any more");
    const own = addressPool(object);
    const overlapping = pools.filter(({ spans }) =>
      spans.some((span) => own.spans.some((each) => spansOverlap(span, each))),
    );
    if (overlapping.length === 0) return undefined;
    const names = overlapping.map(({ name, ranges }) => `${name} (${ranges.join(", ")})`);
    return `${own.name} (${own.ranges.join(", ")}), which overlaps with ${cluster}'s ${names.join(", ")}`;
  });
}

function hostsOf(service: KubeObject | undefined): string[] {
  return publishedHosts(service?.["status"]);
}

function isOf({ spans }: AddressPool, host: string): boolean {
  const address = parseSpan(host);
  return address !== undefined && spans.some((span) => spansOverlap(span, address));
}
