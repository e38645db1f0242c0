import { isIP } from "node:net";
import { familyOf } from "../../base/family.ts";
import type { Family } from "../../base/family.ts";
import { storageKey } from "../api/storage.ts";
import type { KubeObject } from "../model.ts";
import { addressesOf, poolOf } from "./address-pools.ts";
import type { AddressPool } from "./address-pools.ts";
import { familiesOfService } from "./service-endpoints.ts";

const annotation = {
  pool: "metallb.io/address-pool",
  addresses: "metallb.io/loadBalancerIPs",
  sharing: "metallb.io/allow-shared-ip",
};

/** Addresses for a Service, one of each of its families, or why it gets none, as MetalLB says it. */
export type Assignment = { addresses: string[]; pool: string } | { failure: string };

/** Lists the addresses that a Service has from a load balancer. */
export function assignedAddresses({ status }: KubeObject): string[] {
  const ingress: { ip?: string }[] = status?.loadBalancer?.ingress ?? [];
  return ingress.flatMap(({ ip }) => ip ?? []);
}

/**
 * Chooses the addresses of a Service: those that it asks for, else the first that are free in the pool that it asks for, else in any pool. All
 * are of one pool. `others` are the Services that have addresses. Services may share an address when they say so by the same key, with
 * ports of their own.
 *
 * @see https://metallb.io/usage/
 */
export function chooseAddresses(service: KubeObject, others: KubeObject[], pools: AddressPool[]): Assignment {
  const wish = wishOf(service);
  if ("failure" in wish) return wish;
  if (wish.addresses.length > 0) return takeWished(wish, service, others, pools);
  if (wish.pool !== undefined) {
    const pool = pools.find(({ name }) => name === wish.pool);
    if (pool === undefined) return { failure: `unknown pool ${JSON.stringify(wish.pool)}` };
    const families = familiesOfService(service);
    const family = families.length > 1 ? "dual" : families[0]?.toLowerCase();
    const none = { failure: `no available IPs in pool ${JSON.stringify(wish.pool)} for ${family} IPFamily` };
    return firstFree(pool, service, others) ?? none;
  }
  for (const pool of pools.filter(({ autoAssign }) => autoAssign)) {
    const found = firstFree(pool, service, others);
    if (found !== undefined) return found;
  }
  return { failure: "no available IPs" };
}

/** Finds the address of the other family that a Service would like to have besides the one that it has; undefined when there is none. */
export function additionalAddress(
  service: KubeObject,
  addresses: string[],
  others: KubeObject[],
  pools: AddressPool[],
): string | undefined {
  const pool = poolOf(pools, addresses[0] ?? "");
  const missing = familiesOfService(service).filter((family) => !addresses.map(familyOf).includes(family));
  if (pool === undefined || missing.length !== 1 || addresses.length !== 1) return undefined;
  return freeAddress(pool, missing[0] ?? "IPv4", service, others);
}

/** Says why a Service may not keep the addresses that it has; undefined when it may. */
export function keepFailure(
  service: KubeObject,
  addresses: string[],
  others: KubeObject[],
  pools: AddressPool[],
): string | undefined {
  return commonPool(pools, addresses) === undefined
    ? notAllowed(addresses)
    : addresses.map((address) => conflictOn(address, service, others)).find((failure) => failure !== undefined);
}

/** Tells whether a Service is, or asks to be, of other families, addresses or pools. Throws nothing: who asks for nonsense keeps what it has. */
export function asksForOthers(service: KubeObject, addresses: string[], pools: AddressPool[]): boolean {
  if (!fitsFamilies(service, addresses)) return true;
  const wish = wishOf(service);
  if ("failure" in wish) return false;
  if (wish.pool !== undefined && commonPool(pools, addresses)?.name !== wish.pool) return true;
  return wish.addresses.length > 0 && wish.addresses.toSorted().join() !== addresses.toSorted().join();
}

function fitsFamilies(service: KubeObject, addresses: string[]): boolean {
  const families = familiesOfService(service);
  const has = addresses.map(familyOf);
  if (service["spec"].ipFamilyPolicy === "PreferDualStack" && families.length > 1) return true;
  return has.toSorted().join() === families.toSorted().join();
}

function commonPool(pools: AddressPool[], addresses: string[]): AddressPool | undefined {
  const [first, ...rest] = addresses.map((address) => poolOf(pools, address));
  return rest.every((pool) => pool === first) ? first : undefined;
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
  if (field !== "" && !isIP(field)) return { failure: `invalid spec.loadBalancerIP ${JSON.stringify(field)}` };
  const addresses = (text || field)
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  if (!addresses.every((one) => isIP(one) > 0)) {
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
  const fits = addresses.map(familyOf).toSorted().join() === familiesOfService(service).toSorted().join();
  if (!fits) {
    return { failure: `requested loadBalancer IP(s) ${quoted(addresses)} does not match the ipFamily of the service` };
  }
  const failure = keepFailure(service, addresses, others, pools);
  if (failure !== undefined) return { failure };
  const pool = commonPool(pools, addresses)?.name ?? "";
  if (wished === undefined || wished === pool) return { addresses, pool };
  return {
    failure: `requested loadBalancer IP(s) ${quoted(addresses)} is not compatible with requested address pool ${wished}`,
  };
}

/** A Service that only prefers to have both families takes what one pool has. */
function firstFree(pool: AddressPool, service: KubeObject, others: KubeObject[]): Assignment | undefined {
  const families = familiesOfService(service);
  const addresses = families.flatMap((family) => freeAddress(pool, family, service, others) ?? []);
  const least = service["spec"].ipFamilyPolicy === "PreferDualStack" ? 1 : families.length;
  return addresses.length < least ? undefined : { addresses, pool: pool.name };
}

function freeAddress(pool: AddressPool, family: Family, service: KubeObject, others: KubeObject[]): string | undefined {
  for (const address of addressesOf(pool, family)) {
    if (conflictOn(address, service, others) === undefined) return address;
  }
  return undefined;
}

function conflictOn(address: string, service: KubeObject, others: KubeObject[]): string | undefined {
  const holders = others.filter((other) => assignedAddresses(other).includes(address));
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
