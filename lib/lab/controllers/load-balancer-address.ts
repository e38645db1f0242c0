import { isIPv4 } from "node:net";
import { storageKey } from "../api/storage.ts";
import type { KubeObject } from "../model.ts";
import { addressesOf, poolOf } from "./address-pools.ts";
import type { AddressPool } from "./address-pools.ts";

const annotation = {
  pool: "metallb.io/address-pool",
  addresses: "metallb.io/loadBalancerIPs",
  sharing: "metallb.io/allow-shared-ip",
};

/** An address for a Service, or why it gets none, as MetalLB says it. */
export type Assignment = { address: string; pool: string } | { failure: string };

/** Tells the address that a Service has from a load balancer. */
export function assignedAddress({ status }: KubeObject): string | undefined {
  return status?.loadBalancer?.ingress?.[0]?.ip;
}

/**
 * Chooses the address of a Service: the one that it asks for, else the first that is free in the pool that it asks for, else in any pool.
 * `others` are the Services that have addresses. Services may share an address when they say so by the same key, with ports of their own.
 *
 * @see https://metallb.io/usage/
 */
export function chooseAddress(service: KubeObject, others: KubeObject[], pools: AddressPool[]): Assignment {
  const wish = wishOf(service);
  if ("failure" in wish) return wish;
  if (wish.addresses.length > 0) return takeWished(wish, service, others, pools);
  if (wish.pool !== undefined) {
    const pool = pools.find(({ name }) => name === wish.pool);
    if (pool === undefined) return { failure: `unknown pool ${JSON.stringify(wish.pool)}` };
    const none = { failure: `no available IPs in pool ${JSON.stringify(wish.pool)} for ipv4 IPFamily` };
    return firstFree(pool, service, others) ?? none;
  }
  for (const pool of pools.filter(({ autoAssign }) => autoAssign)) {
    const found = firstFree(pool, service, others);
    if (found !== undefined) return found;
  }
  return { failure: "no available IPs" };
}

/** Says why a Service may not keep the address that it has; undefined when it may. */
export function keepFailure(
  service: KubeObject,
  address: string,
  others: KubeObject[],
  pools: AddressPool[],
): string | undefined {
  const pool = poolOf(pools, address);
  return pool === undefined ? notAllowed([address]) : conflictOn(address, service, others);
}

/** Tells whether a Service asks for another address than it has. Throws nothing: who asks for nonsense keeps what it has. */
export function asksForAnother(service: KubeObject, address: string, pools: AddressPool[]): boolean {
  const wish = wishOf(service);
  if ("failure" in wish) return false;
  if (wish.pool !== undefined && poolOf(pools, address)?.name !== wish.pool) return true;
  return wish.addresses.length > 0 && !wish.addresses.includes(address);
}

interface Wish {
  addresses: string[];
  pool: string | undefined;
}

/** Reads what a Service asks for. */
export function wishOf({ metadata, spec }: KubeObject): Wish | { failure: string } {
  const pool = metadata.annotations?.[annotation.pool];
  const text = metadata.annotations?.[annotation.addresses] ?? "";
  const field: string = spec.loadBalancerIP ?? "";
  if (text !== "" && field !== "") {
    return { failure: `service can not have both ${annotation.addresses} and svc.Spec.LoadBalancerIP` };
  }
  if (field !== "" && !isIPv4(field)) return { failure: `invalid spec.loadBalancerIP ${JSON.stringify(field)}` };
  const addresses = (text || field)
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  if (!addresses.every((one) => isIPv4(one))) {
    return { failure: `invalid ${annotation.addresses}: ${JSON.stringify(text)}` };
  }
  return { addresses, pool };
}

function takeWished(
  { addresses, pool: wished }: Wish,
  service: KubeObject,
  others: KubeObject[],
  pools: AddressPool[],
): Assignment {
  const [address = "", ...more] = addresses;
  if (more.length > 0) {
    return { failure: `requested loadBalancer IP(s) ${quoted(addresses)} does not match the ipFamily of the service` };
  }
  const pool = poolOf(pools, address);
  if (pool === undefined) return { failure: notAllowed(addresses) };
  const failure = conflictOn(address, service, others);
  if (failure !== undefined) return { failure };
  if (wished === undefined || wished === pool.name) return { address, pool: pool.name };
  return {
    failure: `requested loadBalancer IP(s) ${quoted(addresses)} is not compatible with requested address pool ${wished}`,
  };
}

function firstFree(pool: AddressPool, service: KubeObject, others: KubeObject[]): Assignment | undefined {
  for (const address of addressesOf(pool)) {
    if (conflictOn(address, service, others) === undefined) return { address, pool: pool.name };
  }
  return undefined;
}

function conflictOn(address: string, service: KubeObject, others: KubeObject[]): string | undefined {
  const holders = others.filter((other) => assignedAddress(other) === address);
  if (holders.some((holder) => !mayShare(holder, service))) {
    const names = holders.map(storageKey).join(",");
    return `can't change sharing key for ${JSON.stringify(storageKey(service))}, address also in use by ${names}`;
  }
  const taken = new Set(holders.flatMap(portsOf));
  const port = portsOf(service).find((one) => taken.has(one));
  return port === undefined ? undefined : `port ${port} is already in use on ${JSON.stringify(address)}`;
}

function mayShare(one: KubeObject, other: KubeObject): boolean {
  const key = one.metadata.annotations?.[annotation.sharing] ?? "";
  const same = key === (other.metadata.annotations?.[annotation.sharing] ?? "");
  return key !== "" && same && backendsOf(one) === backendsOf(other);
}

/** Under a Local policy the address goes to where endpoints are, so they have to be the same. */
function backendsOf({ spec }: KubeObject): string {
  if (spec.externalTrafficPolicy !== "Local") return "";
  const pairs = Object.entries<string>(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.toSorted().join(",");
}

function portsOf({ spec }: KubeObject): string[] {
  return (spec.ports ?? []).map(({ protocol, port }: { protocol: string; port: number }) => `${protocol}/${port}`);
}

function notAllowed(addresses: string[]): string {
  return `${quoted(addresses)} is not allowed in config`;
}

function quoted(addresses: string[]): string {
  return `[${addresses.map((address) => JSON.stringify(address)).join(" ")}]`;
}
