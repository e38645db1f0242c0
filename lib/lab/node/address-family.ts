import { familyOf } from "../../base/family.ts";
import type { Family } from "../../base/family.ts";
import type { ClusterRanges, LabCluster, LabNode, NodeAddresses } from "../model.ts";

/** One family of addresses in the words of nft. */
export interface AddressFamily {
  name: Family;
  keyword: "ip" | "ip6";
  addressType: "ipv4_addr" | "ipv6_addr";
  /** Says whether an address or a range is of this family. */
  has(text: string): boolean;
  /** Writes an address and a port as one: `10.0.0.1:80`, `[fd00::1]:80`. */
  place(address: string, port: number): string;
}

export const ipv4: AddressFamily = {
  name: "IPv4",
  keyword: "ip",
  addressType: "ipv4_addr",
  has: (text) => familyOf(text) === "IPv4",
  place: (address, port) => `${address}:${port}`,
};

export const ipv6: AddressFamily = {
  name: "IPv6",
  keyword: "ip6",
  addressType: "ipv6_addr",
  has: (text) => familyOf(text) === "IPv6",
  place: (address, port) => `[${address}]:${port}`,
};

/** Lists the families in which a cluster's pods have addresses. */
export function familiesOf(cluster: Pick<LabCluster, "podCidr" | "ipv6">): AddressFamily[] {
  return cluster.ipv6 === undefined ? [ipv4] : [ipv4, ipv6];
}

/** A node and its cluster as one family sees them. */
export interface FamilyView {
  family: AddressFamily;
  cluster: ClusterRanges;
  node: NodeAddresses;
}

/** Lists the views of a node, one for each family that its cluster has. */
export function familyViews(cluster: LabCluster, node: LabNode): FamilyView[] {
  const first = { family: ipv4, cluster, node };
  return cluster.ipv6 && node.ipv6 ? [first, { family: ipv6, cluster: cluster.ipv6, node: node.ipv6 }] : [first];
}
