import type { LabNode } from "../model.ts";
import type { Topology } from "../topology.ts";
import { forwardApiServer } from "./api-forward.ts";
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
  ip_forward: 1,
  icmp_ratemask: 0,
  "conf/all/rp_filter": 0,
  "conf/default/rp_filter": 0,
  "conf/all/send_redirects": 0,
  "conf/default/send_redirects": 0,
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

async function buildBridge({ gateway, prefixLength }: Topology, nodes: LabNode[]): Promise<void> {
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
  ];
  await configureNetns(undefined, { sysctls: routerSysctls, lines });
}

async function configureNode({ gateway, prefixLength }: Topology, node: LabNode, nodes: LabNode[]): Promise<void> {
  const others = nodes.filter((other) => other !== node);
  const sysctls = { ...routerSysctls, "conf/eth0/send_redirects": 0, "conf/eth0/rp_filter": 0 };
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
  ];
  await configureNetns(node.netns, { sysctls, lines });
}
