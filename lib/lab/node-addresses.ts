import type { LabNode, NodeAddresses } from "./model.ts";

/** Lists what a node has in each of its families, IPv4 first. */
export function familiesOfNode(node: LabNode): NodeAddresses[] {
  const { address, podCidr, ipv6 } = node;
  return [{ address, podCidr }, ...(ipv6 ? [ipv6] : [])];
}

/** Lists a node's addresses on the bridge, one of each of its families, IPv4 first. */
export function addressesOfNode(node: LabNode): string[] {
  return familiesOfNode(node).map(({ address }) => address);
}
