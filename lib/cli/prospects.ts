import { Diagnostic } from "../base/diagnostic.ts";
import { type Family, families, familyOf } from "../base/family.ts";
import { settleAll } from "../base/settle-all.ts";
import { shellQuote } from "../base/shell-quote.ts";
import { chooseNodes, type NodeChoice } from "../cluster/features/choose-nodes.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { ClusterDns } from "../cluster/features/dns.ts";
import { detectFeatures } from "../cluster/features/features.ts";
import type { Kubeconfig } from "../cluster/kubeconfig/kubeconfig.ts";
import { joinMeshes } from "../cluster/features/mesh.ts";
import { isControlPlane, listNodes, type NodeFacts } from "../cluster/features/nodes.ts";
import { openClusters } from "../cluster/open-clusters.ts";
import type { ClusterFacts, Trouble } from "../report/path-result.ts";
import type { Prospect } from "../scenario/run/session.ts";
import { findVantage, type Vantage, type Vantages } from "../scenario/vantage.ts";
import type { RunOptions } from "./run-options.ts";

/** A cluster that was opened and looked at, with the nodes that are left out and why. */
export interface SeenCluster extends Prospect {
  leftOut: NodeChoice["leftOut"];
}

/**
 * Opens the clusters that the options name, chooses their nodes and finds out what they offer. Changes nothing in them.
 *
 * Throws Diagnostic `configuration` when two contexts are one cluster, and `broken` when one cannot be reached or has no node to use.
 */
export async function lookAtClusters(
  kubeconfig: Kubeconfig,
  options: RunOptions,
  signal: AbortSignal,
): Promise<SeenCluster[]> {
  const clusters = await openClusters(kubeconfig, options.contexts, { signal });
  try {
    return withTies(await settleAll(clusters.map((cluster) => lookAt(cluster, options))));
  } catch (error) {
    await closeClusters(clusters.map((cluster) => ({ cluster })));
    throw error;
  }
}

/** Finds out from where clusters can be asked from outside, over each family by itself. */
export async function findVantages(seen: SeenCluster[], { outside }: RunOptions): Promise<Vantages> {
  const forced = outside === undefined ? {} : { forced: outside };
  const found = seen.flatMap(({ cluster, nodes }) =>
    [undefined, ...families].map(async (family): Promise<[string, Vantage | undefined]> => {
      const having = seen.filter((other) => family === undefined || other.families.includes(family));
      const addresses = nodes.flatMap((node) => firstAddress(node, family) ?? []);
      return [keyOf(cluster.context, family), await findVantage(addresses, { clusters: having.length, ...forced })];
    }),
  );
  const byKey = new Map(await Promise.all(found));
  return (context, family) => byKey.get(keyOf(context, family));
}

function keyOf(context: string, family: Family | undefined): string {
  return JSON.stringify([context, family]);
}

function firstAddress({ addresses: { ipv4, ipv6 } }: NodeFacts, family: Family | undefined): string | undefined {
  return [...ipv4, ...ipv6].find((address) => family === undefined || familyOf(address) === family);
}

/** Closes the connections to all clusters. Never throws. */
export async function closeClusters(seen: { cluster: Cluster }[]): Promise<void> {
  await Promise.all(seen.map(({ cluster }) => cluster.close()));
}

/**
 * What is wrong with clusters before anything is asked: nodes that should be tested and are not fit for pods, and a DNS Service
 * without servers. Empty when nothing is.
 */
export function nodeTroubles(seen: SeenCluster[]): Trouble[] {
  return seen.flatMap(({ cluster: { context }, leftOut, dns }) => {
    const kubectl = `kubectl --context ${shellQuote(context)}`;
    const unfit = leftOut.filter(({ kind }) => kind === "unfit");
    return [
      ...unfit.map(({ node: { name }, reason }) => ({
        cluster: context,
        object: `Node//${name}`,
        message: `nothing of this node is tested: ${reason}`,
        cure: `Repair it, or exclude it with --node-selector or by cordoning it. Look with: ${kubectl} describe node ${name}`,
      })),
      ...(dns?.servers.length === 0 ? [noDnsServers(context, dns.service, kubectl)] : []),
    ];
  });
}

function noDnsServers(cluster: string, { namespace, name }: ClusterDns["service"], kubectl: string): Trouble {
  return {
    cluster,
    object: `Service/${namespace}/${name}`,
    message: `the DNS Service ${namespace}/${name} has no servers`,
    cure: `See why it has no endpoints: ${kubectl} -n ${namespace} get pods,endpointslices -o wide`,
  };
}

/** What the reports say about a cluster. */
export function clusterFacts({ cluster, nodes, leftOut, features }: SeenCluster): ClusterFacts {
  const fact = ({ name, addresses, zone }: NodeFacts) => {
    const address = addresses.ipv4[0] ?? addresses.ipv6[0];
    return { name, ...(address === undefined ? {} : { address }), ...(zone === undefined ? {} : { zone }) };
  };
  return {
    context: cluster.context,
    uid: cluster.uid,
    server: cluster.server,
    version: cluster.version,
    nodes: [
      ...nodes.map((node) => ({ ...fact(node), chosen: true })),
      ...leftOut.map(({ node, reason }) => ({ ...fact(node), chosen: false, reason })),
    ],
    features,
  };
}

function withTies(seen: Omit<SeenCluster, "joined">[]): SeenCluster[] {
  const ties = joinMeshes(seen.map(({ cluster: { context }, mesh }) => ({ context, mesh })));
  return seen.map((each, index) => {
    const { joined = { "mesh-annotations": [], "mesh-mcs": [] }, features = {} } = ties[index] ?? {};
    return { ...each, joined, features: { ...each.features, ...features } };
  });
}

async function lookAt(cluster: Cluster, options: RunOptions): Promise<Omit<SeenCluster, "joined">> {
  const selector = Object.entries(options.nodeSelector).map(([key, value]) => `${key}=${value}`);
  const all = await listNodes(cluster);
  const { chosen, leftOut } = chooseNodes(all, {
    max: options.maxNodes,
    selector: selector.join(","),
    tolerations: options.tolerations,
  });
  if (chosen.length === 0)
    throw new Diagnostic(
      "broken",
      `${cluster.context} has no node that an agent may run on.`,
      `Change the nodes, --node-selector or --toleration.\n${leftOut.map(({ node, reason }) => `${node.name}: ${reason}`).join("\n")}`,
    );
  const nodeAddresses = all.flatMap(({ addresses }) => [...addresses.ipv4, ...addresses.ipv6]);
  return {
    cluster,
    nodes: chosen,
    controlPlane: all.filter(isControlPlane),
    nodeAddresses,
    leftOut,
    ...(await detectFeatures(cluster, chosen, options.settings)),
  };
}
