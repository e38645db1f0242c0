import type { LabNode, NodeAddresses } from "../model.ts";
import type { LabNetwork, Topology } from "../topology.ts";
import { forwardApiServer } from "./api-forward.ts";
import { linkSysctls, routerSysctls as ipv6RouterSysctls } from "./ipv6-sysctls.ts";
import { gatewayOf } from "./pod-addresses.ts";
import { configureNetns } from "./run-tool.ts";

/** The bridge's name, as kind calls its Docker network. */
export const bridge = "kind";

/**
 * Interface of a node to which addresses lead that it only answers for. A kernel answers in the name of another host only where it would
 * pass packets on to another interface.
 */
export const proxyInterface = "lb";

/**
 * Without limits on ICMP, every refused datagram is answered: a kernel's default of one answer a second would make "refused"
 * look like silence. Nodes forward between interfaces whose routes are asymmetric by design, so the reverse path is not checked.
 */
const routerSysctls = {
  "ipv4/ip_forward": 1,
  "ipv4/icmp_ratemask": 0,
  "ipv4/conf/all/rp_filter": 0,
  "ipv4/conf/default/rp_filter": 0,
  "ipv4/conf/all/send_redirects": 0,
  "ipv4/conf/default/send_redirects": 0,
};

/**
 * Builds the lab's network in the caller's network namespace: the bridge, a namespace per node, and routes by which the nodes and
 * the caller reach the pods of every cluster. `apiPorts` gives, per cluster name, the port at which its API server listens on the bridge's
 * address. The caller owns its network and mount namespaces, and /run/netns is its own. Rejects with what the tools complained about.
 */
export async function buildLabNetwork(topology: Topology, apiPorts: ReadonlyMap<string, number>): Promise<void> {
  const nodes = topology.clusters.flatMap((cluster) => cluster.nodes);
  await buildBridge(topology, nodes);
  await Promise.all([
    ...nodes.map((node) => configureNode(topology, node, nodes)),
    ...topology.clusters.map((cluster) => forwardApiServer(cluster, topology.gateway, apiPorts.get(cluster.name) ?? 0)),
  ]);
}

async function buildBridge({ gateway, prefixLength, ipv6 }: Topology, nodes: LabNode[]): Promise<void> {
  const lines = [
    "link set lo up",
    `link add ${bridge} type bridge`,
    `address add ${gateway}/${prefixLength} dev ${bridge}`,
    `link set ${bridge} up`,
    ...nodes.flatMap((node, index) => [
      `netns add ${node.netns}`,
      `link add node${index} type veth peer name eth0 netns ${node.netns}`,
      `link set node${index} master ${bridge} up`,
      `route add ${node.podCidr} via ${node.address}`,
    ]),
    ...(ipv6 === undefined
      ? []
      : [`address add ${ipv6.gateway}/${ipv6.prefixLength} dev ${bridge} nodad`, ...routesTo(nodes)]),
  ];
  const sysctls = { ...routerSysctls, ...(ipv6 && { ...linkSysctls("lo"), "ipv6/conf/all/forwarding": 1 }) };
  await configureNetns(undefined, { sysctls, lines });
}

async function configureNode(topology: Topology, node: LabNode, nodes: LabNode[]): Promise<void> {
  const { gateway, prefixLength, ipv6 } = topology;
  const others = nodes.filter((other) => other !== node);
  const sysctls = {
    ...routerSysctls,
    "ipv4/conf/eth0/send_redirects": 0,
    "ipv4/conf/eth0/rp_filter": 0,
    ...(node.ipv6 && ipv6RouterSysctls("eth0")),
  };
  const lines = [
    "link set lo up",
    // Pods ask for this address on their own link; as a link-scoped one it is never chosen as a source.
    `address add ${gatewayOf(node)}/32 dev lo scope link`,
    `address add ${node.address}/${prefixLength} dev eth0`,
    "link set eth0 up",
    // It has no other side: who is looked for there is not found.
    `link add ${proxyInterface} type bridge`,
    `link set ${proxyInterface} up`,
    // Who answers in the name of another host would take its time.
    "ntable change name arp_cache dev eth0 proxy_delay 0",
    // Services are translated after routing on the node itself, so addresses that nobody has need a route too.
    `route add default via ${gateway}`,
    // Without it, packets to a pod that is gone would travel to the bridge and back until they die.
    `route add unreachable ${node.podCidr}`,
    ...others.map((other) => `route add ${other.podCidr} via ${other.address}`),
    ...(ipv6 && node.ipv6 ? ipv6Lines(ipv6, node.ipv6, others) : []),
  ];
  await configureNetns(node.netns, { sysctls, lines });
}

/** What `configureNode` does for IPv4; pods ask for their gateway on their own link. */
function ipv6Lines({ gateway, prefixLength }: LabNetwork, node: NodeAddresses, others: LabNode[]): string[] {
  return [
    `address add ${node.address}/${prefixLength} dev eth0 nodad`,
    "ntable change name ndisc_cache dev eth0 proxy_delay 0",
    `route add default via ${gateway}`,
    `route add unreachable ${node.podCidr}`,
    ...routesTo(others),
  ];
}

function routesTo(nodes: LabNode[]): string[] {
  return nodes.flatMap(({ ipv6 }) => (ipv6 ? `route add ${ipv6.podCidr} via ${ipv6.address}` : []));
}
