import { createHash } from "node:crypto";
import { objectSelector } from "../../api/select/label-selector.ts";
import type { KubeObject } from "../../model.ts";
import type { AddressFamily } from "../address-family.ts";
import { blockConditions, hasSelector, peerAddresses, selectedAddresses } from "./peers.ts";
import { type Direction, type PolicyRule, policyRules } from "./policy-spec.ts";
import type { PolicyPod, PolicyWorld } from "./policy-world.ts";
import { namedPortElements, portConditions } from "./ports.ts";

/** All that policies add to a node's table. */
export interface PolicyRuleset {
  /** Name to its rules. One chain per isolated pod and direction: what it returns from may pass. */
  chains: Map<string, string[]>;
  sets: Map<string, AddressSet>;
  /** Name of the map, as `isolationMap` gives it, to the pods' addresses and their chains. */
  isolated: Map<string, Map<string, string>>;
}

export interface AddressSet {
  type: string;
  elements: Set<string>;
}

const directions: Direction[] = ["ingress", "egress"];

/** Where the address of who is on the other side stands in a packet. */
const otherSide = { ingress: "saddr", egress: "daddr" } as const;

/** Names the map from the addresses of isolated pods to their chains. */
export function isolationMap(direction: Direction, { keyword }: AddressFamily): string {
  return `${direction}-${keyword}`;
}

/**
 * Writes what policies demand of one node: rules for its own isolated pods, and the addresses of all pods of the cluster that these rules
 * name. The same world gives the same texts.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function nodePolicyRules(world: PolicyWorld, nodeName: string, families: AddressFamily[]): PolicyRuleset {
  const ruleset: PolicyRuleset = {
    chains: new Map(),
    sets: new Map(),
    isolated: new Map(directions.flatMap((way) => families.map((family) => [isolationMap(way, family), new Map()]))),
  };
  if (world.policies.length === 0) return ruleset;
  const selecting = world.policies.map((policy) => ({ policy, selects: objectSelector(policy["spec"].podSelector) }));
  for (const pod of world.pods.filter((one) => one.nodeName === nodeName && one.addresses.length > 0)) {
    const own = selecting
      .filter(({ policy, selects }) => policy.metadata.namespace === pod.namespace && selects(pod.labels))
      .map(({ policy }) => policy);
    for (const direction of directions) isolate(ruleset, { world, families, pod, direction }, own);
  }
  return ruleset;
}

interface Place {
  world: PolicyWorld;
  families: AddressFamily[];
  pod: PolicyPod;
  direction: Direction;
}

function isolate(ruleset: PolicyRuleset, place: Place, policies: KubeObject[]): void {
  const { families, pod, direction } = place;
  const applying = policies.flatMap((policy) => {
    const rules = policyRules(policy, direction);
    return rules === undefined ? [] : [{ policy, rules }];
  });
  if (applying.length === 0) return;
  const chain = ruleName(direction, `${pod.namespace}/${pod.name}`, pod.uid);
  const ownAddresses = families.flatMap(({ keyword, has }) =>
    pod.addresses.filter(has).map((address) => `${keyword} ${otherSide[direction]} ${address} return`),
  );
  ruleset.chains.set(chain, [
    ...ownAddresses,
    ...applying.flatMap(({ policy, rules }) =>
      rules.flatMap((rule, index) => ruleTexts(ruleset, place, policy.metadata, rule, index)),
    ),
    "counter drop",
  ]);
  for (const family of families) {
    const map = ruleset.isolated.get(isolationMap(direction, family));
    for (const address of pod.addresses.filter(family.has)) map?.set(address, chain);
  }
}

function ruleTexts(
  ruleset: PolicyRuleset,
  { world, families, pod, direction }: Place,
  { namespace = "", name }: KubeObject["metadata"],
  { peers, ports }: PolicyRule,
  index: number,
): string[] {
  const side = otherSide[direction];
  const origin = `${namespace}/${name}/${direction}/${index}`;
  const setOf = (
    kind: "peers" | "ports",
    { keyword }: AddressFamily,
    type: string,
    elements: () => string[],
  ): string => {
    const set = ruleName(`${kind}-${keyword}`, origin, origin);
    if (!ruleset.sets.has(set)) ruleset.sets.set(set, { type, elements: new Set(elements()) });
    return set;
  };
  // Names mean the ports of whom traffic goes to: on the way out that is another pod each time.
  const numbers = portConditions(ports, direction === "ingress" ? pod.ports : []);
  const peerConditions = families.flatMap((family) => {
    const { keyword, addressType, has } = family;
    const blocks = peers.flatMap(({ ipBlock }) => (ipBlock ? blockConditions(ipBlock, family, side) : []));
    if (numbers.length === 0 || !peers.some(hasSelector)) return blocks;
    const addresses = () => selectedAddresses(peers, namespace, world).map(({ address }) => address);
    const set = setOf("peers", family, addressType, () => addresses().filter(has));
    return [`${keyword} ${side} @${set}`, ...blocks];
  });
  const conditions = (peers.length === 0 ? [""] : peerConditions).flatMap((peer) =>
    numbers.map((port) => [peer, port].filter(Boolean).join(" ")),
  );
  if (direction === "egress" && ports.some(({ port }) => typeof port === "string")) {
    for (const family of families) {
      const set = setOf("ports", family, `${family.addressType} . inet_proto . inet_service`, () =>
        peerAddresses(peers, namespace, world)
          .filter(({ address }) => family.has(address))
          .flatMap((peer) => namedPortElements(ports, peer.pod.ports).map((port) => `${peer.address} . ${port}`)),
      );
      conditions.push(`${family.keyword} ${side} . meta l4proto . th dport @${set}`);
    }
  }
  return conditions.map((condition) => `${condition} return comment "${origin.slice(0, 120)}"`.trimStart());
}

/** Names are cut to what nft allows; the hash keeps them apart. */
function ruleName(kind: string, text: string, key: string): string {
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return `${kind}-${hash}-${text}`.slice(0, 120);
}
