import { BlockList } from "node:net";
import { objectSelector } from "../../api/select/label-selector.ts";
import type { AddressFamily } from "../address-family.ts";
import type { Peer } from "./policy-spec.ts";
import type { PolicyPod, PolicyWorld } from "./policy-world.ts";

/** An address that one of a rule's peers stands for. */
export interface PeerAddress {
  address: string;
  pod: PolicyPod;
}

/** Lists the addresses of all pods that peers name by selectors. `namespace` is the policy's own. */
export function selectedAddresses(peers: Peer[], namespace: string, world: PolicyWorld): PeerAddress[] {
  const selects = peers.filter(hasSelector).map((peer) => podSelection(peer, namespace, world));
  return addressesOf(world.pods.filter((pod) => selects.some((matches) => matches(pod))));
}

/** Lists the addresses of all pods that peers name in any way, all pods' when there are no peers. */
export function peerAddresses(peers: Peer[], namespace: string, world: PolicyWorld): PeerAddress[] {
  if (peers.length === 0) return addressesOf(world.pods);
  const blocks = peers.flatMap(({ ipBlock }) => (ipBlock ? [blockSelection(ipBlock)] : []));
  const inBlocks = addressesOf(world.pods).filter(({ address }) => blocks.some((contains) => contains(address)));
  return [...selectedAddresses(peers, namespace, world), ...inBlocks];
}

/** Says whether a peer names pods by selectors. */
export function hasSelector({ podSelector, namespaceSelector }: Peer): boolean {
  return podSelector !== undefined || namespaceSelector !== undefined;
}

/** Writes the nft conditions under which the other side's address, `saddr` or `daddr`, lies in a range of a family. */
export function blockConditions(
  block: NonNullable<Peer["ipBlock"]>,
  { keyword, has }: AddressFamily,
  side: string,
): string[] {
  if (!has(block.cidr)) return [];
  const except = (block.except ?? []).map((range) => `${keyword} ${side} != ${range}`);
  return [[`${keyword} ${side} ${block.cidr}`, ...except].join(" ")];
}

function podSelection(peer: Peer, namespace: string, { namespaces }: PolicyWorld): (pod: PolicyPod) => boolean {
  const podMatches = objectSelector(peer.podSelector ?? {});
  if (peer.namespaceSelector === undefined) return (pod) => pod.namespace === namespace && podMatches(pod.labels);
  const namespaceMatches = objectSelector(peer.namespaceSelector);
  return (pod) => namespaceMatches(namespaces.get(pod.namespace)) && podMatches(pod.labels);
}

function addressesOf(pods: readonly PolicyPod[]): PeerAddress[] {
  return pods.flatMap((pod) => pod.addresses.map((address) => ({ address, pod })));
}

function blockSelection({ cidr, except = [] }: NonNullable<Peer["ipBlock"]>): (address: string) => boolean {
  const inside = rangeSelection(cidr);
  const outside = except.map(rangeSelection);
  return (address) => inside(address) && !outside.some((contains) => contains(address));
}

function rangeSelection(cidr: string): (address: string) => boolean {
  const [first = "", length = ""] = cidr.split("/");
  const range = new BlockList();
  range.addSubnet(first, Number(length), first.includes(":") ? "ipv6" : "ipv4");
  return (address) => range.check(address, address.includes(":") ? "ipv6" : "ipv4");
}
