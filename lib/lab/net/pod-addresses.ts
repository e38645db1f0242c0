import { addressAt, cidrSize, parseCidr } from "../../base/address.ts";
import type { Cidr } from "../../base/address.ts";
import type { NodeAddresses } from "../model.ts";

/** The addresses of one family that one node gives to its pods. */
export interface PodAddresses {
  /** Takes the next free address. Throws Error when the node has none left. */
  take(): string;
  giveBack(address: string): void;
}

/** Tells the address that pods of a node use as their gateway: the first of its range. */
export function gatewayOf(node: Pick<NodeAddresses, "podCidr">): string {
  return addressAt(podRange(node), 1);
}

/**
 * Opens a node's pod range. Addresses are taken in order, and one given back is taken again only after all others: who still
 * remembers it finds nobody there, not another pod.
 */
export function podAddresses(nodeName: string, node: Pick<NodeAddresses, "podCidr">): PodAddresses {
  const range = podRange(node);
  const taken = new Set<string>();
  // Not for pods: the range's own address, the gateway and the broadcast address.
  const firstIndex = 2;
  const count = Number(cidrSize(range) - 3n);
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
      throw new Error(`Node ${nodeName} has no pod address left in ${node.podCidr}`);
    },
    giveBack(address) {
      taken.delete(address);
    },
  };
}

function podRange(node: Pick<NodeAddresses, "podCidr">): Cidr {
  const range = parseCidr(node.podCidr);
  if (range === undefined) throw new RangeError(`${node.podCidr} is no range`);
  return range;
}
