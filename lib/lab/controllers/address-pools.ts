import { formatAddress, parseAddress, parseAddressRange } from "../../base/address.ts";
import type { AddressRange } from "../../base/address.ts";
import type { KubeObject } from "../model.ts";

/** Addresses that Services of type LoadBalancer may have. */
export interface AddressPool {
  name: string;
  ranges: AddressRange[];
  /** Whether Services that ask for nothing in particular get addresses from here. */
  autoAssign: boolean;
  /** Whether addresses that end in 0 or 255 are left out. */
  avoidsEdges: boolean;
}

/** Reads IPAddressPools, in the order of their names. What is no range of IPv4 addresses is left out. */
export function readPools(objects: KubeObject[]): AddressPool[] {
  return objects
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      ranges: (spec?.addresses ?? []).flatMap((text: string) => parseAddressRange(text) ?? []),
      autoAssign: spec?.autoAssign !== false,
      avoidsEdges: spec?.avoidBuggyIPs === true,
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Finds the pool that an address is of. */
export function poolOf(pools: AddressPool[], address: string): AddressPool | undefined {
  const number = parseAddress(address);
  if (number === undefined) return undefined;
  return pools.find(
    (pool) =>
      pool.ranges.some(({ first, last }) => first <= number && number <= last) && !(pool.avoidsEdges && isEdge(number)),
  );
}

/** Lists the addresses of a pool one by one, from the first. */
export function* addressesOf({ ranges, avoidsEdges }: AddressPool): Generator<string> {
  for (const { first, last } of ranges) {
    for (let number = first; number <= last; number += 1) {
      if (!(avoidsEdges && isEdge(number))) yield formatAddress(number);
    }
  }
}

function isEdge(number: number): boolean {
  return [0, 255].includes(number % 256);
}
