import { fieldOf, isRecord, listOf, textOf } from "../../base/open-record.ts";
import { ApiFailure } from "../api-failure.ts";
import type { Cluster, KubeObject, ResourceKind } from "../cluster.ts";

/** How Cilium is set up in a cluster. */
export interface Cilium {
  /** Where its ConfigMap `cilium-config` is. */
  namespace: string;
  /** The data of that ConfigMap. */
  config: Record<string, string>;
  /** Its cluster's name for other clusters of a mesh. */
  clusterName: string;
  /**
   * Names of the clusters that it is told to connect to; empty when it is in no mesh. `undisclosed` when it is in a mesh and who else
   * is may not be read.
   */
  peers: string[] | "undisclosed";
  /** Ranges of addresses that pods get; empty where that is not told. */
  podRanges: string[];
}

const configName = "cilium-config";
/** Per remote cluster one entry that says where it is, beside certificates of which nothing is kept. */
const peerSecrets = ["cilium-clustermesh", "cilium-kvstoremesh"];

/**
 * Reads how Cilium is set up, or the reason why that is not known; undefined where Cilium is not. Throws Diagnostic `broken` when the API server does not answer.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/
 */
export async function readCilium(cluster: Cluster): Promise<Cilium | { unknown: string } | undefined> {
  const found = await permitted(() => findConfig(cluster));
  if (found === "forbidden") return { unknown: `the ConfigMap ${configName}, which would tell, may not be read` };
  if (found === undefined) return undefined;
  const data = found["data"];
  const config = Object.fromEntries(
    Object.entries(isRecord(data) ? data : {}).map(([key, value]) => [key, String(value)]),
  );
  const namespace = found.metadata.namespace ?? "kube-system";
  const clusterName = config["cluster-name"] ?? "default";
  const [peers, holders] = await Promise.all([
    readPeers(cluster, namespace, clusterName),
    permitted(() => cluster.list(rangeHolder({ config }))),
  ]);
  const podRanges = holders === "forbidden" ? [] : podRangesIn(holders);
  return { namespace, config, clusterName, peers, podRanges };
}

async function findConfig(cluster: Cluster): Promise<KubeObject | undefined> {
  const map: ResourceKind = { apiVersion: "v1", kind: "ConfigMap" };
  const usual = await cluster.get(map, configName, "kube-system");
  if (usual !== undefined) return usual;
  const agents = await cluster.list({ apiVersion: "apps/v1", kind: "DaemonSet" }, { labelSelector: "k8s-app=cilium" });
  const namespace = agents[0]?.metadata.namespace;
  return namespace === undefined ? undefined : cluster.get(map, configName, namespace);
}

async function readPeers(cluster: Cluster, namespace: string, own: string): Promise<Cilium["peers"]> {
  const secrets = await Promise.all(
    peerSecrets.map((name) => permitted(() => cluster.get({ apiVersion: "v1", kind: "Secret" }, name, namespace))),
  );
  const told = secrets.filter((secret) => secret !== "forbidden");
  if (told.length > 0) return [...new Set(told.flatMap(namesIn))].filter((name) => name !== own).toSorted();
  return (await mayServeMesh(cluster, namespace)) ? "undisclosed" : [];
}

/** @see https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/#connect-clusters */
function namesIn(secret: KubeObject | undefined): string[] {
  const data = fieldOf(secret, "data");
  if (!isRecord(data)) return [];
  return Object.entries(data)
    .filter(([, value]) => /^\s*endpoints:/m.test(Buffer.from(String(value), "base64").toString()))
    .map(([name]) => name);
}

/** A cluster that offers what others of a mesh connect to is taken for a member. */
async function mayServeMesh(cluster: Cluster, namespace: string): Promise<boolean> {
  const offered = await permitted(() =>
    cluster.get({ apiVersion: "v1", kind: "Service" }, "clustermesh-apiserver", namespace),
  );
  return offered !== "forbidden" && offered !== undefined;
}

async function permitted<T>(ask: () => Promise<T>): Promise<T | "forbidden"> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiFailure && error.failure === "forbidden") return "forbidden";
    throw error;
  }
}

/** The ranges of addresses that Cilium gives to pods, as an API server tells them; empty where that is decided elsewhere. */
export function podRangesIn(nodes: KubeObject[]): string[] {
  const ranges = nodes.flatMap(({ kind, spec }) => {
    if (kind !== "CiliumNode") return listOf(spec, "podCIDRs");
    const pools = listOf(spec, "ipam", "pools", "allocated").flatMap((pool) => listOf(pool, "cidrs"));
    return [...listOf(spec, "ipam", "podCIDRs"), ...pools];
  });
  return [...new Set(ranges.filter((range) => typeof range === "string"))];
}

/** The objects that tell the ranges of pods: Kubernetes' own nodes where it gives the ranges, else Cilium's. */
export function rangeHolder({ config }: Pick<Cilium, "config">): ResourceKind {
  return config["ipam"] === undefined || config["ipam"] === "kubernetes"
    ? { apiVersion: "v1", kind: "Node" }
    : { apiVersion: "cilium.io/v2", kind: "CiliumNode" };
}

/** Reads a switch of Cilium's configuration; one that is not there is off. */
export function isOn({ config }: Pick<Cilium, "config">, key: string): boolean {
  return textOf(config, key)?.toLowerCase() === "true";
}
