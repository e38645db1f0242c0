import type { KubeObject } from "../../model.ts";
import { changing, hiding, lingering } from "./looks.ts";
import type { Look, View } from "./view.ts";

interface Peer {
  podSelector?: object;
  namespaceSelector?: object;
  ipBlock?: { cidr: string; except?: string[] };
}

interface Port {
  protocol?: string;
  port?: number | string;
}

interface Rule {
  peers?: Peer[];
  ports?: Port[];
}

const policies = "networkpolicies.networking.k8s.io";
const dnsPorts: unknown[] = [53, 5353];

/** What a node's enforcement of network policies may see wrongly. */
export const networkPolicyViews: View[] = [
  { name: "network-policy.none", sees: { [policies]: hiding(() => true) } },
  { name: "network-policy.stale", sees: { [policies]: lingering() } },
  { name: "network-policy.no-ingress", sees: withoutType("Ingress") },
  { name: "network-policy.no-egress", sees: withoutType("Egress") },
  { name: "network-policy.admits-nobody", sees: ofRules(() => []) },
  {
    name: "network-policy.any-label",
    sees: ofPeers(({ podSelector, ...peer }) => (podSelector ? { ...peer, podSelector: {} } : peer)),
  },
  {
    name: "network-policy.any-namespace",
    sees: ofPeers((peer) => (peer.namespaceSelector ? { ...peer, namespaceSelector: {} } : peer)),
  },
  { name: "network-policy.no-namespaces", sees: ofRules((rules) => rules.filter((rule) => !namesNamespaces(rule))) },
  { name: "network-policy.any-port", sees: ofRules((rules) => rules.map((rule) => ({ ...rule, ports: [] }))) },
  { name: "network-policy.any-protocol", sees: ofPorts((ports) => [...ports, ...ports.map(overTcp)]) },
  { name: "network-policy.any-block", sees: ofPeers(withBlock((block) => ({ ...block, cidr: "0.0.0.0/0" }))) },
  { name: "network-policy.no-except", sees: ofPeers(withBlock(({ cidr }) => ({ cidr }))) },
  { name: "network-policy.no-dns", sees: ofPorts((ports) => ports.filter(({ port }) => !dnsPorts.includes(port))) },
];

function withoutType(type: string): Record<string, Look> {
  return ofSpec((spec) => ({ ...spec, policyTypes: spec.policyTypes.filter((each: string) => each !== type) }));
}

function ofSpec(change: (spec: KubeObject[string]) => object): Record<string, Look> {
  return { [policies]: changing((object) => ({ ...object, spec: change(object["spec"]) })) };
}

/** Of both directions; the peers of a rule, whichever way it speaks of, are its `peers`. */
function ofRules(change: (rules: Rule[]) => Rule[]): Record<string, Look> {
  return ofSpec(({ ingress = [], egress = [], ...spec }) => ({
    ...spec,
    ingress: written("from", change(read("from", ingress))),
    egress: written("to", change(read("to", egress))),
  }));
}

function ofPeers(change: (peer: Peer) => Peer): Record<string, Look> {
  return ofRules((rules) => rules.map((rule) => ({ ...rule, peers: (rule.peers ?? []).map(change) })));
}

function ofPorts(change: (ports: Port[]) => Port[]): Record<string, Look> {
  return ofRules((rules) =>
    rules.flatMap((rule) => {
      const ports = change(rule.ports ?? []);
      // A rule without ports would be one for all of them.
      return ports.length === 0 && rule.ports?.length ? [] : [{ ...rule, ports }];
    }),
  );
}

function read(side: "from" | "to", rules: KubeObject[string][]): Rule[] {
  return rules.map(({ [side]: peers, ports }) => ({ peers, ports }));
}

function written(side: "from" | "to", rules: Rule[]): object[] {
  return rules.map(({ peers = [], ports = [] }) => ({ [side]: peers, ports }));
}

function namesNamespaces({ peers = [] }: Rule): boolean {
  return peers.some(({ namespaceSelector }) => namespaceSelector !== undefined);
}

function withBlock(change: (block: NonNullable<Peer["ipBlock"]>) => Peer["ipBlock"]): (peer: Peer) => Peer {
  return (peer) => {
    const ipBlock = peer.ipBlock && change(peer.ipBlock);
    return ipBlock === undefined ? peer : { ...peer, ipBlock };
  };
}

function overTcp(port: Port): Port {
  return { ...port, protocol: "TCP" };
}
