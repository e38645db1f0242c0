import type { Fault, PathPattern, Step } from "./fault.ts";
import { nftStep } from "./nft-step.ts";

const cluster = "region-athens";
const node = `${cluster}-worker`;
/** The one pod that may only look up names runs on one of these; nothing is known of the other one then. */
const namerNodes = [node, `${cluster}-worker2`];
const [here, everywhere] = [`policy/kind-${cluster}/${node}`, `policy/kind-${cluster}`];
const [otherNode, otherCluster] = [
  /^(?!.*kind-region-athens\/region-athens-worker\/guarded)/,
  /^(?!.*kind-region-athens).*kind-region-hurup/,
];
const [ingress, egress, dnsOnly, ipBlock] = ["ingress", "egress", "dns-only", "ip-block"].map(
  (name) => `network-policy/${name}`,
) as [string, string, string, string];
const openOnes = [ingress, egress, dnsOnly, ipBlock].flatMap((scenario) => [
  green(scenario, /\/open\//),
  green(scenario, /\/lifted\//),
]);

/** Faults of those who enforce network policies. */
export const policyFaults: Fault[] = [
  fault("policy-not-enforced", {
    breaks: "one node enforces no network policies",
    steps: [view("none", node)],
    asks: [ingress, egress],
    mustRed: [
      red(ingress, /admitted\/.*region-athens-worker\/guarded\/http-other-label/),
      red(ingress, /denied\/.*region-athens-worker\/guarded/),
      red(egress, /admitted\/.*athens\/region-athens-worker\/guarded.*http-other-label/),
    ],
    mustStayGreen: [green(ingress, otherNode), green(egress, otherNode), ...openOnes.slice(0, 4)],
    causes: [`open ${here}`],
  }),
  fault("policy-ingress-ignored", {
    breaks: "a cluster's nodes enforce what policies say of the way out only",
    steps: [view("no-ingress")],
    mustRed: [red(ingress, /admitted\/.*http-other-label/), red(ingress, /denied/), red(ipBlock, /block/)],
    mustStayGreen: [green(egress), green(dnsOnly), green(ingress, otherCluster), ...openOnes],
    causes: [`open ${everywhere}`],
  }),
  fault("policy-egress-ignored", {
    breaks: "a cluster's nodes enforce what policies say of the way in only",
    steps: [view("no-egress")],
    mustRed: [
      red(egress, /admitted\/.*http-other-label/),
      red(egress, /denied/),
      red(dnsOnly, /dns-only\/dns-only\/kind-region-athens.*by-address/),
    ],
    mustStayGreen: [green(ingress), green(ipBlock), green(egress, otherCluster), ...openOnes],
    causes: [`open ${everywhere}`],
  }),
  fault("policy-admits-nobody", {
    breaks: "one node denies its isolated pods what policies admit, too",
    steps: [view("admits-nobody", node)],
    asks: [ingress, egress],
    mustRed: [
      red(ingress, /admitted\/.*region-athens-worker\/guarded\/http-label/),
      red(ingress, /admitted\/.*region-athens-worker\/guarded\/udp-port/),
      red(egress, /admitted\/kind-region-athens\/region-athens-worker\/guarded.*http-label/),
    ],
    mustStayGreen: [
      green(ingress, /denied/),
      green(egress, /denied/),
      green(ingress, otherNode),
      green(egress, otherNode),
      ...openOnes.slice(0, 4),
    ],
    causes: [`lost ${here}`, `wrong ${here}`],
  }),
  fault("policy-stays", {
    breaks: "one node goes on with policies that are gone",
    steps: [view("stale", node)],
    asks: [ingress, egress],
    mustRed: [
      red(ingress, /denied\/.*region-athens-worker\/guarded\/http-label/),
      red(ingress, /lifted\/.*region-athens-worker\/guarded\/http-other-label/),
      red(egress, /lifted\/kind-region-athens\/region-athens-worker\/guarded/),
    ],
    mustStayGreen: [
      green(ingress, otherNode),
      green(egress, otherNode),
      green(ingress, /\/open\//),
      green(ingress, /\/admitted\//),
    ],
    causes: [`stale ${here}`, `open ${here}`, `lost ${here}`, ...claims("open", "ingress", "egress")],
  }),
  fault("policy-any-label", {
    breaks: "policies admit pods of any labels",
    steps: [view("any-label")],
    mustRed: [
      red(ingress, /admitted\/.*athens.*http-other-label/),
      red(egress, /admitted\/.*athens.*http-other-label/),
    ],
    mustStayGreen: [
      green(dnsOnly),
      green(ipBlock),
      green(ingress, otherCluster),
      green(ingress, /denied/),
      ...openOnes,
    ],
    causes: [`open ${everywhere}`, ...claims("open", "ingress", "egress")],
  }),
  fault("policy-any-namespace", {
    breaks: "policies admit pods of any namespace where they name one",
    steps: [view("any-namespace")],
    mustRed: [
      red(ingress, /admitted\/.*athens.*tcp-other-namespace/),
      red(egress, /admitted\/.*athens.*tcp-other-namespace/),
    ],
    mustStayGreen: [
      green(dnsOnly),
      green(ipBlock),
      green(ingress, /http-other-label/),
      green(ingress, /denied/),
      ...openOnes,
    ],
    causes: [`open ${everywhere}`, ...claims("open", "ingress", "egress")],
  }),
  fault("policy-namespace-ignored", {
    breaks: "policies admit nobody by namespace",
    steps: [view("no-namespaces")],
    mustRed: [red(ingress, /admitted\/.*athens.*tcp-namespace/), red(egress, /admitted\/.*athens.*tcp-namespace/)],
    mustStayGreen: [
      green(dnsOnly),
      green(ipBlock),
      green(ingress, /http-label$/),
      green(ingress, /denied/),
      ...openOnes,
    ],
    causes: [`lost ${everywhere}`, `wrong ${everywhere}`, ...claims("lost", "ingress", "egress")],
  }),
  fault("policy-any-port", {
    breaks: "policies admit all ports where they name some",
    steps: [view("any-port")],
    mustRed: [
      red(ingress, /admitted\/.*athens.*http-other-port/),
      red(egress, /admitted\/.*athens.*http-other-port/),
      red(dnsOnly, /dns-only\/dns-only\/kind-region-athens.*by-address/),
    ],
    mustStayGreen: [green(ipBlock), green(ingress, /denied/), ...openOnes],
    causes: [`open ${everywhere}`, ...claims("open", "ingress", "egress")],
  }),
  fault("policy-any-protocol", {
    breaks: "policies that admit a port over UDP admit it over TCP",
    steps: [view("any-protocol")],
    mustRed: [
      red(ingress, /admitted\/.*athens.*tcp-other-namespace/),
      red(egress, /admitted\/.*athens.*tcp-other-namespace/),
    ],
    mustStayGreen: [green(dnsOnly), green(ipBlock), green(ingress, /denied/), ...openOnes],
    causes: [`open ${everywhere} tcp`, `open ${everywhere}`, ...claims("open", "ingress", "egress")],
  }),
  fault("policy-any-block", {
    breaks: "policies that admit a block of addresses admit all",
    steps: [view("any-block")],
    mustRed: [red(ipBlock, /block\/block\/.*athens\/fenced\/http-outside-of-block/)],
    mustStayGreen: [green(ingress), green(egress), green(dnsOnly), green(ipBlock, /all-but-block/), ...openOnes],
    causes: [`open ${everywhere}`, ...claims("open", "ip-block")],
  }),
  fault("policy-except-ignored", {
    breaks: "policies admit blocks that they except",
    steps: [view("no-except")],
    mustRed: [red(ipBlock, /all-but-block\/.*athens.*http-in-block/)],
    mustStayGreen: [green(ingress), green(egress), green(dnsOnly), green(ipBlock, /ip-block\/block\//), ...openOnes],
    causes: [`open ${everywhere}`, ...claims("open", "ip-block")],
  }),
  fault("policy-dns-denied", {
    breaks: "policies that admit name servers by their ports admit nobody",
    steps: [view("no-dns")],
    mustRed: [
      red(dnsOnly, /dns-only\/dns-only\/kind-region-athens.*udp-look-up/),
      red(dnsOnly, /dns-only\/dns-only\/kind-region-athens.*tcp-look-up/),
    ],
    mustStayGreen: [green(ingress), green(egress), green(ipBlock), green(dnsOnly, /by-address/), ...openOnes],
    causes: [
      `lost ${everywhere}`,
      `lost ${everywhere} port 53`,
      `wrong ${everywhere}`,
      ...namerNodes.map((on) => `lost policy/kind-${cluster}/${on}`),
      ...claims("lost", "dns-only"),
    ],
  }),
  fault("connections-forgotten", {
    breaks: "one node forgets connections that were silent for two seconds, and drops what they say then",
    steps: [
      nftStep("connections-forgotten", node, {
        more: "set fresh {\n type ipv4_addr . inet_service . ipv4_addr\n flags dynamic,timeout\n timeout 2s\n}",
        forward: [
          "tcp dport 8081 tcp flags & (syn|ack) == syn add @fresh { ip saddr . tcp sport . ip daddr } accept",
          "tcp dport 8081 ip saddr . tcp sport . ip daddr != @fresh drop",
        ],
      }),
    ],
    asks: [ingress, egress],
    mustRed: [red(ingress, /tcp-held-namespace/)],
    mustStayGreen: [green(ingress, /\/open\//), green(ingress, /denied/), green(ingress, otherCluster)],
    causes: [
      `lost node/kind-${cluster}/${node} tcp`,
      `lost ${here} tcp`,
      `lost ${here}`,
      `lost node/kind-${cluster}/${node}`,
      // All connections that are held are with one pod, which is on that node: nothing tells the node from its cluster.
      `lost ${everywhere}`,
    ],
  }),
];

interface Outline extends Pick<Fault, "breaks" | "steps" | "mustRed" | "mustStayGreen" | "causes"> {
  asks?: string[];
}

function fault(id: string, { asks = [ingress, egress, dnsOnly, ipBlock], ...rest }: Outline): Fault {
  return { id, topology: "two-regions", asks, ...rest };
}

/** What is true as well where only a part of what policies say is not heeded: that these claims do not hold. */
function claims(effect: string, ...scenarios: string[]): string[] {
  return scenarios.map((scenario) => `${effect} claim/network-policy/${scenario}/kind-${cluster}`);
}

function view(name: string, on?: string): Step {
  return { kind: "view", cluster, view: `network-policy.${name}`, ...(on !== undefined && { node: on }) };
}

function red(scenario: string, id: RegExp): PathPattern {
  return { scenario, id };
}

function green(scenario: string, id?: RegExp): PathPattern {
  return { scenario, ...(id && { id }) };
}
