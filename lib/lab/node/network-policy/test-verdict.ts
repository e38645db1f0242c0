import { parseAddressRange, rangeHolds } from "../../../base/address.ts";
import type { KubeObject } from "../../model.ts";
import type { PolicyPod, PolicyWorld } from "./policy-world.ts";
import type { Packet } from "./test-nft-table.ts";

/** Says, policy by policy as the documentation tells it, whether a connection may begin. It shares nothing with what writes the rules. */
export function mayConnect({ pods, namespaces, policies }: PolicyWorld, packet: Packet): boolean {
  const source = pods.find(({ addresses }) => addresses.includes(packet.from));
  const target = pods.find(({ addresses }) => addresses.includes(packet.to));
  if (source !== undefined && source === target) return true;
  return sideAllows(source, "Egress") && sideAllows(target, "Ingress");

  function sideAllows(pod: PolicyPod | undefined, type: "Ingress" | "Egress"): boolean {
    if (pod === undefined) return true;
    const isolating = policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.namespace &&
        matches(spec.podSelector, pod.labels) &&
        spec.policyTypes.includes(type),
    );
    return isolating.length === 0 || isolating.some((policy) => policyAllows(policy, type));
  }

  function policyAllows({ metadata, spec }: KubeObject, type: "Ingress" | "Egress"): boolean {
    const [rules, peersField] = type === "Ingress" ? [spec.ingress, "from"] : [spec.egress, "to"];
    const [other, address] = type === "Ingress" ? [source, packet.from] : [target, packet.to];
    for (const rule of rules ?? []) {
      const peers: KubeObject[string][] = rule[peersField] ?? [];
      const ports: KubeObject[string][] = rule.ports ?? [];
      const isPeer = peers.length === 0 || peers.some((peer) => peerMatches(peer, metadata.namespace, other, address));
      const isPort = ports.length === 0 || ports.some((port) => portMatches(port));
      if (isPeer && isPort) return true;
    }
    return false;
  }

  function peerMatches(
    peer: KubeObject[string],
    home: string | undefined,
    pod: PolicyPod | undefined,
    address: string,
  ): boolean {
    if (peer.ipBlock) {
      return (
        covers(peer.ipBlock.cidr, address) &&
        !(peer.ipBlock.except ?? []).some((range: string) => covers(range, address))
      );
    }
    if (pod === undefined) return false;
    const inNamespace = peer.namespaceSelector
      ? matches(peer.namespaceSelector, namespaces.get(pod.namespace) ?? {})
      : pod.namespace === home;
    return inNamespace && matches(peer.podSelector ?? {}, pod.labels);
  }

  function portMatches({ protocol, port, endPort }: KubeObject[string]): boolean {
    if (protocol.toLowerCase() !== packet.protocol) return false;
    if (port === undefined) return true;
    if (typeof port === "number") return packet.port >= port && packet.port <= (endPort ?? port);
    return (target?.ports ?? []).some(
      (one) => one.name === port && one.protocol === protocol && one.port === packet.port,
    );
  }
}

function matches(selector: KubeObject[string], labels: Record<string, string>): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const value = labels[key];
    if (operator === "In" && (value === undefined || !values.includes(value))) return false;
    if (operator === "NotIn" && value !== undefined && values.includes(value)) return false;
    if (operator === "Exists" && value === undefined) return false;
    if (operator === "DoesNotExist" && value !== undefined) return false;
  }
  return true;
}

function covers(range: string, address: string): boolean {
  const found = parseAddressRange(range);
  if (found === undefined) throw new Error(`${range} is no range`);
  return rangeHolds(found, address);
}
