import { formatAddress, parseAddressRange, rangeHolds } from "../../base/address.ts";
import type { AddressRange } from "../../base/address.ts";
import type { Family } from "../../base/family.ts";
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

/** Reads IPAddressPools, in the order of their names. What is no range of addresses is left out. */
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
  return pools.find(
    (pool) => pool.ranges.some((range) => rangeHolds(range, address)) && !(pool.avoidsEdges && isEdge(address)),
  );
}

/** Lists the addresses of one family that a pool has, one by one, from the first. */
export function* addressesOf({ ranges, avoidsEdges }: AddressPool, family: Family): Generator<string> {
  for (const { first, last } of ranges.filter((range) => range.family === family)) {
    for (let number = first; number <= last; number += 1n) {
      const address = formatAddress(number, family);
      if (!(avoidsEdges && isEdge(address))) yield address;
    }
  }
}

/** Only addresses of IPv4 were ever taken for those of a whole network. */
function isEdge(address: string): boolean {
  return /\.(0|255)$/.test(address);
}
