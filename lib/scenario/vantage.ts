import type { Family } from "../base/family.ts";
import { askProbe } from "../probe/ask-probe.ts";
import type { Observation } from "../probe/probe.ts";
import type { Vantage } from "../report/path-result.ts";
import { type Asker, type Node, outside } from "./place.ts";
import type { ClusterView } from "./world.ts";

export type { Vantage };

/** From where a cluster, by context, is asked from outside over a family, or over its first one; undefined where nobody can. */
export type Vantages = (cluster: string, family?: Family) => Vantage | undefined;

/** The kubelet's port: some node answers there, or refuses; a network that has no way to nodes does neither. */
const knockPort = 10_250;
const knockTimeoutMs = 1_500;

/**
 * Finds out from where the nodes of a cluster can be asked from outside. Asks; assumes nothing.
 *
 * `forced` takes the place of finding out. Returns undefined, "from nowhere", when it is `none`, or nobody is left.
 */
export async function findVantage(
  addresses: string[],
  { clusters, forced }: { clusters: number; forced?: "runner" | "other-cluster" | "none" },
): Promise<Vantage | undefined> {
  if (forced === "none" || (forced === "other-cluster" && clusters < 2)) return undefined;
  if (forced !== undefined) return forced;
  const heard = await Promise.all(addresses.map((address) => askProbe(knock(address))));
  if (heard.some(isSignOfLife)) return "runner";
  if (clusters > 1) return "other-cluster";
  return addresses.length > 1 ? "other-node" : undefined;
}

/** The asker that stands for a vantage, always the same one for the same node. */
export function askerAt(vantage: Vantage | undefined, node: Node, clusters: ClusterView[]): Asker | undefined {
  if (vantage === "runner") return outside;
  if (vantage === "other-cluster") return clusters.find(({ name }) => name !== node.cluster)?.clients[0];
  if (vantage === undefined) return undefined;
  const own = clusters.find(({ name }) => name === node.cluster);
  return own?.clients.find((client) => client.node !== node.node);
}

function knock(host: string) {
  return { kind: "tcp", host, port: knockPort, timeoutMs: knockTimeoutMs } as const;
}

function isSignOfLife({ outcome, connectMs }: Observation): boolean {
  return connectMs !== undefined || outcome === "refused" || outcome === "reset";
}
