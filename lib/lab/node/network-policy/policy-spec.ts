import type { ObjectSelector } from "../../api/select/label-selector.ts";
import type { KubeObject } from "../../model.ts";

export type Direction = "ingress" | "egress";

/** One rule of a policy: traffic passes that fits one of the peers and one of the ports. An empty list is no condition. */
export interface PolicyRule {
  peers: Peer[];
  ports: PolicyPort[];
}

/** Selectors of pods, or a range of addresses. */
export interface Peer {
  podSelector?: ObjectSelector;
  namespaceSelector?: ObjectSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

export interface PolicyPort {
  protocol?: string;
  /** A number, or the name of a container's port. */
  port?: number | string;
  /** The last one of a range that begins at `port`. */
  endPort?: number;
}

/**
 * Reads the rules of a policy for one direction. Undefined when the policy does not speak of that direction; empty when it lets nothing through.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function policyRules({ spec }: KubeObject, direction: Direction): PolicyRule[] | undefined {
  if (!spec.policyTypes.includes(direction === "ingress" ? "Ingress" : "Egress")) return undefined;
  const rules: { from?: Peer[]; to?: Peer[]; ports?: PolicyPort[] }[] = spec[direction] ?? [];
  return rules.map(({ from, to, ports }) => ({
    peers: (direction === "ingress" ? from : to) ?? [],
    ports: ports ?? [],
  }));
}
