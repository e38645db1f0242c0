import { addressAt, cidrSize, parseCidr } from "../../base/address.ts";
import type { Cidr } from "../../base/address.ts";
import type { LabNode } from "../model.ts";

/** The addresses that one node gives to its pods. */
export interface PodAddresses {
  /** Takes the next free address. Throws Error when the node has none left. */
  take(): string;
  giveBack(address: string): void;
}

/** Tells the address that pods of a node use as their gateway: the first of its range. */
export function gatewayOf(node: LabNode): string {
  return addressAt(podRange(node), 1);
}

/**
 * Opens a node's pod range. Addresses are taken in order, and one given back is taken again only after all others: who still
 * remembers it finds nobody there, not another pod.
 */
export function podAddresses(node: LabNode): PodAddresses {
  const range = podRange(node);
  const taken = new Set<string>();
  // Not for pods: the range's own address, the gateway and the broadcast address.
  const firstIndex = 2;
  const count = cidrSize(range) - 3;
  let cursor = 0;
  return {
    take() {
      for (let tried = 0; tried < count; tried += 1) {
        const address = addressAt(range, firstIndex + cursor);
        cursor = (cursor + 1) % count;
        if (!taken.has(address)) {
          taken.add(address);
          return address;
        }
      }
      throw new Error(`Node ${node.name} has no pod address left in ${node.podCidr}`);
    },
    giveBack(address) {
      taken.delete(address);
    },
  };
}

function podRange(node: LabNode): Cidr {
  const range = parseCidr(node.podCidr);
  if (range === undefined) throw new RangeError(`${node.podCidr} is no IPv4 range`);
  return range;
}
