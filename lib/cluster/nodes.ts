import { isIPv6 } from "node:net";
import { fieldOf, isRecord, listOf, textOf } from "../base/open-record.ts";
import type { Cluster, KubeObject } from "./cluster.ts";

export interface Taint {
  key: string;
  value: string;
  effect: string;
}

/** What a run needs to know of a node. */
export interface NodeFacts {
  name: string;
  uid: string;
  /** Internal addresses, in the order of the node's status. */
  addresses: { ipv4: string[]; ipv6: string[] };
  /** `topology.kubernetes.io/zone`; undefined when the node has none. */
  zone: string | undefined;
  os: string;
  arch: string;
  ready: boolean;
  /** Cordoned. */
  unschedulable: boolean;
  taints: Taint[];
  labels: Record<string, string>;
}

/** Reads all nodes of a cluster, in the server's order. Throws Diagnostic `broken`. */
export async function listNodes(cluster: Cluster): Promise<NodeFacts[]> {
  const nodes = await cluster.list({ apiVersion: "v1", kind: "Node" });
  return nodes.map((node) => nodeFacts(node));
}

/** Reads the facts of one Node object; what it does not say is empty or false. */
export function nodeFacts(node: KubeObject): NodeFacts {
  const labels = node.metadata.labels ?? {};
  const internal = listOf(node["status"], "addresses")
    .filter((item) => fieldOf(item, "type") === "InternalIP")
    .map((item) => textOf(item, "address") ?? "");
  const conditions = listOf(node["status"], "conditions").filter(isRecord);
  return {
    name: node.metadata.name,
    uid: node.metadata.uid ?? "",
    addresses: {
      ipv4: internal.filter((address) => !isIPv6(address)),
      ipv6: internal.filter((address) => isIPv6(address)),
    },
    zone: labels["topology.kubernetes.io/zone"] ?? labels["failure-domain.beta.kubernetes.io/zone"],
    os: textOf(node["status"], "nodeInfo", "operatingSystem") ?? labels["kubernetes.io/os"] ?? "",
    arch: textOf(node["status"], "nodeInfo", "architecture") ?? labels["kubernetes.io/arch"] ?? "",
    ready: conditions.some((condition) => condition["type"] === "Ready" && condition["status"] === "True"),
    unschedulable: fieldOf(node["spec"], "unschedulable") === true,
    taints: listOf(node["spec"], "taints").map((taint) => ({
      key: textOf(taint, "key") ?? "",
      value: textOf(taint, "value") ?? "",
      effect: textOf(taint, "effect") ?? "",
    })),
    labels,
  };
}
