import { isIPv6 } from "node:net";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster.ts";

export interface Taint {
  key: string;
  value: string;
  effect: string;
}

/** What a run needs to know of a node. */
export interface NodeFacts {
  name: string;
  uid: string;
  /** `spec.providerID`, such as `aws:///eu-west-1a/i-0`; empty when the node has none. */
  providerId: string;
  /** Internal addresses, in the order of the node's status. */
  addresses: { ipv4: string[]; ipv6: string[] };
  /** `topology.kubernetes.io/zone`; undefined when the node has none. */
  zone: string | undefined;
  os: string;
  arch: string;
  ready: boolean;
  /** Why it is not ready, in the words of its condition `Ready`; undefined when it is. */
  notReady: string | undefined;
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
  const notReady = whyNotReady(node);
  return {
    name: node.metadata.name,
    uid: node.metadata.uid ?? "",
    providerId: textOf(node["spec"], "providerID") ?? "",
    addresses: {
      ipv4: internal.filter((address) => !isIPv6(address)),
      ipv6: internal.filter((address) => isIPv6(address)),
    },
    zone: labels["topology.kubernetes.io/zone"] ?? labels["failure-domain.beta.kubernetes.io/zone"],
    os: textOf(node["status"], "nodeInfo", "operatingSystem") ?? labels["kubernetes.io/os"] ?? "",
    arch: textOf(node["status"], "nodeInfo", "architecture") ?? labels["kubernetes.io/arch"] ?? "",
    ready: notReady === undefined,
    notReady,
    unschedulable: fieldOf(node["spec"], "unschedulable") === true,
    taints: listOf(node["spec"], "taints").map((taint) => ({
      key: textOf(taint, "key") ?? "",
      value: textOf(taint, "value") ?? "",
      effect: textOf(taint, "effect") ?? "",
    })),
    labels,
  };
}

/** Tells whether a node says that it is of the control plane. @see https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane */
export function isControlPlane({ labels }: NodeFacts): boolean {
  return "node-role.kubernetes.io/control-plane" in labels || "node-role.kubernetes.io/master" in labels;
}

function whyNotReady(node: KubeObject): string | undefined {
  const ready = listOf(node["status"], "conditions").find((condition) => fieldOf(condition, "type") === "Ready");
  if (ready === undefined) return "it has no condition Ready";
  if (textOf(ready, "status") === "True") return undefined;
  const said = [textOf(ready, "reason"), textOf(ready, "message")].filter((text) => text !== undefined);
  return said.length === 0 ? "no reason given" : said.join(": ");
}
