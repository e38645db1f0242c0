import { Diagnostic } from "../base/diagnostic.ts";
import { settleAll } from "../base/settle-all.ts";
import { chooseNodes, type NodeChoice } from "../cluster/choose-nodes.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { detectFeatures } from "../cluster/features.ts";
import type { Kubeconfig } from "../cluster/kubeconfig.ts";
import { listNodes, type NodeFacts } from "../cluster/nodes.ts";
import { openClusters } from "../cluster/open-clusters.ts";
import type { ClusterFacts } from "../report/path-result.ts";
import type { Prospect } from "../scenario/session.ts";
import type { RunOptions } from "./options.ts";

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
    return await settleAll(clusters.map((cluster) => lookAt(cluster, options)));
  } catch (error) {
    await closeClusters(clusters.map((cluster) => ({ cluster })));
    throw error;
  }
}

/** Closes the connections to all clusters. Never throws. */
export async function closeClusters(seen: { cluster: Cluster }[]): Promise<void> {
  await Promise.all(seen.map(({ cluster }) => cluster.close()));
}

/** What the reports say about a cluster. */
export function clusterFacts({ cluster, nodes, leftOut, features }: SeenCluster): ClusterFacts {
  const fact = ({ name, addresses, zone }: NodeFacts, chosen: boolean) => {
    const address = addresses.ipv4[0] ?? addresses.ipv6[0];
    return { name, chosen, ...(address === undefined ? {} : { address }), ...(zone === undefined ? {} : { zone }) };
  };
  return {
    context: cluster.context,
    uid: cluster.uid,
    server: cluster.server,
    version: cluster.version,
    nodes: [...nodes.map((node) => fact(node, true)), ...leftOut.map(({ node }) => fact(node, false))],
    features,
  };
}

async function lookAt(cluster: Cluster, options: RunOptions): Promise<SeenCluster> {
  const selector = Object.entries(options.nodeSelector).map(([key, value]) => `${key}=${value}`);
  const { chosen, leftOut } = chooseNodes(await listNodes(cluster), {
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
  return { cluster, nodes: chosen, leftOut, ...(await detectFeatures(cluster, chosen)) };
}
