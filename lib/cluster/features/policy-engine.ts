import { listOf, textOf } from "../../base/open-record.ts";
import { ApiFailure } from "../api-failure.ts";
import type { Cilium } from "./cilium.ts";
import type { Cluster, KubeObject } from "../cluster.ts";

/**
 * What is known of who enforces a cluster's NetworkPolicies.
 *
 * `enforces` — its name. `enforcesNot` — a known one that is told not to, with the reason. Neither: nobody that is known runs on the nodes, but
 * an engine may be built into something else.
 */
export interface PolicyEngine {
  enforces?: string;
  enforcesNot?: string;
  /** Why its ipBlocks do not select pods; absent when they do, as far as is known. */
  blocksWithoutPods?: string;
  /** Whether it enforces CiliumNetworkPolicies, too. */
  ciliumPolicies?: boolean;
}

/** Kindnet has enforced policies since the image of kind 0.24. */
const firstKindnetWithPolicies = 20_240_813;

const ciliumPolicy = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy" };

/** Names of containers of DaemonSets that enforce policies without being told to. */
const engines: Record<string, string> = {
  "calico-node": "Calico",
  "antrea-agent": "Antrea",
  "weave-npc": "Weave Net",
  "kube-network-policies": "kube-network-policies",
  "azure-npm": "Azure Network Policy Manager",
  "romana-agent": "Romana",
  "ovnkube-controller": "OVN-Kubernetes",
  "ovnkube-node": "OVN-Kubernetes",
};

/**
 * Finds out who enforces NetworkPolicies, by the DaemonSets of all namespaces; `setUp` is how Cilium is, where that is known. One that is
 * there and down is found: its silence is for a scenario to find. Throws Diagnostic `broken`.
 */
export async function findPolicyEngine(cluster: Cluster, setUp?: Cilium): Promise<PolicyEngine> {
  const containers = (await daemonSets(cluster)).flatMap((set) =>
    listOf(set, "spec", "template", "spec", "containers"),
  );
  const named = (name: string) => containers.find((container) => textOf(container, "name") === name);
  if (named("cilium-agent")) return byCilium(setUp?.config ?? {}, await cluster.serves(ciliumPolicy));
  const known = Object.keys(engines).find((name) => named(name));
  if (known !== undefined) return { enforces: engines[known] ?? known };
  const amazon = named("aws-eks-nodeagent") ?? named("aws-network-policy-agent");
  if (amazon)
    return argumentsOf(amazon).includes("--enable-network-policy=true")
      ? { enforces: "the Amazon VPC network policy agent" }
      : { enforcesNot: "the Amazon VPC network policy agent runs without --enable-network-policy=true" };
  const router = named("kube-router");
  if (router)
    return argumentsOf(router).includes("--run-firewall=false")
      ? { enforcesNot: "kube-router runs with --run-firewall=false" }
      : { enforces: "kube-router" };
  const release = /kindnetd:v(\d{8})/.exec(textOf(named("kindnet-cni"), "image") ?? "")?.[1];
  return Number(release) >= firstKindnetWithPolicies ? { enforces: "kindnet" } : {};
}

/** @see https://docs.cilium.io/en/stable/security/policy/intro/#policy-enforcement-modes */
function byCilium(config: Cilium["config"], ciliumPolicies: boolean): PolicyEngine {
  if (config["enable-policy"] === "never")
    return { enforcesNot: "Cilium is told to enforce nothing: enable-policy is never" };
  if (config["enable-k8s-networkpolicy"] === "false")
    return { enforcesNot: "Cilium is told to ignore NetworkPolicies: enable-k8s-networkpolicy is false" };
  return {
    enforces: "Cilium",
    ciliumPolicies,
    blocksWithoutPods: "Cilium knows pods by identity: its address blocks select only what is outside of its clusters",
  };
}

async function daemonSets(cluster: Cluster): Promise<KubeObject[]> {
  const kind = { apiVersion: "apps/v1", kind: "DaemonSet" };
  const everywhere = await permitted(cluster.list(kind));
  return everywhere ?? (await permitted(cluster.list(kind, { namespace: "kube-system" }))) ?? [];
}

/** What may not be read is not known. */
async function permitted<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiFailure && error.failure === "forbidden") return undefined;
    throw error;
  }
}

function argumentsOf(container: unknown): unknown[] {
  return [...listOf(container, "command"), ...listOf(container, "args")];
}
