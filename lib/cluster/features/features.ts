import { isIPv6 } from "node:net";
import type { Family } from "../../base/family.ts";
import { textOf } from "../../base/open-record.ts";
import { ApiFailure } from "../api-failure.ts";
import type { Cluster } from "../cluster.ts";
import { type ClusterDns, findDns } from "./dns.ts";
import { findLoadBalancers, type LoadBalancers } from "./load-balancer.ts";
import type { AddressPool } from "./address-pools.ts";
import { type NodePortRange, readNodePortRange } from "./node-port-range.ts";
import { findFamilies } from "./families.ts";
import { findIngressClasses, type IngressClass } from "./ingress-classes.ts";
import { type MeshFacts, readMesh, presentCilium } from "./mesh.ts";
import type { NodeFacts } from "./nodes.ts";
import { findPolicyEngine, type PolicyEngine } from "./policy-engine.ts";

interface Facts {
  dns: ClusterDns | undefined;
  /** The configuration of CoreDNS, or the reason why it is not known. */
  corefile: { text: string } | { unknown: string };
  /** Address of the Service default/kubernetes; empty when not known. It is of the family that Services get by default. */
  apiAddress: string;
  ingress: Awaited<ReturnType<typeof findIngressClasses>>;
  balancers: LoadBalancers;
  chosenNodes: readonly NodeFacts[];
  policyEngine: PolicyEngine;
}

/** Each feature with the reason why a cluster lacks it; null when it has it. Only what can be missing without being broken is here. */
const features: Record<string, (facts: Facts) => string | null> = {
  dns: ({ dns }) => (dns === undefined ? "kube-system has no DNS Service with port 53" : null),
  "pod-names": ({ corefile }) => {
    if ("unknown" in corefile) return corefile.unknown;
    return /^\s*pods\s+(insecure|verified)\b/m.test(corefile.text)
      ? null
      : "CoreDNS is not configured to answer for pod names";
  },
  "ipv4-only": ({ apiAddress }) => {
    if (apiAddress === "") return "the Service default/kubernetes has no address to tell the family of Services by";
    return isIPv6(apiAddress) ? "Services get IPv6 addresses by default" : null;
  },
  ingress: ({ ingress }) => ingress.missing,
  "multi-node": ({ chosenNodes }) =>
    chosenNodes.length >= 2 ? null : `${chosenNodes.length === 0 ? "no node" : "only one node"} is used`,
  "network-policy": ({ policyEngine }) => policyEngine.enforcesNot ?? null,
  "pod-blocks": ({ policyEngine }) => policyEngine.enforcesNot ?? policyEngine.blocksWithoutPods ?? null,
  "cilium-policy": ({ policyEngine }) =>
    policyEngine.enforcesNot ?? (policyEngine.ciliumPolicies ? null : "it has no CiliumNetworkPolicies"),
  "load-balancer": ({ balancers }) => balancers.missing ?? null,
  "load-balancer-local": ({ balancers }) => balancers.missing ?? balancers.missingLocal ?? null,
  "address-pools": ({ balancers: { pools, poolsUnread } }) =>
    pools.length > 0 ? null : (poolsUnread ?? "there is no pool of MetalLB or Cilium"),
};

export interface DetectedFeatures {
  /** Feature to null when present, else to the reason why not. */
  features: Record<string, string | null>;
  dns: ClusterDns | undefined;
  /** Those that are tested; empty when there is none. */
  ingressClasses: IngressClass[];
  /** Features that nothing speaks against and only a trial can confirm. */
  unsure: string[];
  /** Of MetalLB and Cilium. */
  addressPools: AddressPool[];
  nodePortRange: NodePortRange;
  /** Address families that its nodes, pods and Services have. */
  families: Family[];
  /** What it has for mesh-wide Services; whether that joins it to another cluster is decided among all. */
  mesh: MeshFacts;
}

/**
 * Finds out what a cluster offers to the scenarios.
 *
 * A feature that is there and down is present: its failure is for a scenario to find. Throws Diagnostic `broken`.
 */
export async function detectFeatures(
  cluster: Cluster,
  chosenNodes: readonly NodeFacts[],
  wanted: { ingressClass?: string } = {},
): Promise<DetectedFeatures> {
  const [dns, corefile, api, balancers, nodePortRange, ingress] = await Promise.all([
    findDns(cluster),
    readCorefile(cluster),
    cluster.get({ apiVersion: "v1", kind: "Service" }, "kubernetes", "default"),
    findLoadBalancers(cluster, chosenNodes),
    readNodePortRange(cluster),
    findIngressClasses(cluster, wanted.ingressClass),
  ]);
  const [{ common, notDual }, mesh] = await Promise.all([
    findFamilies(cluster, chosenNodes, dns),
    readMesh(cluster, corefile),
  ]);
  const policyEngine = await findPolicyEngine(cluster, presentCilium(mesh));
  const apiAddress = textOf(api, "spec", "clusterIP") ?? "";
  const facts: Facts = { dns, corefile, balancers, chosenNodes, apiAddress, policyEngine, ingress };
  const detected = Object.entries(features).map(([name, missing]) => [name, missing(facts)] as const);
  const isKnown = policyEngine.enforces !== undefined || policyEngine.enforcesNot !== undefined;
  return {
    features: { ...Object.fromEntries(detected), "dual-stack": notDual },
    dns,
    families: common,
    unsure: isKnown ? [] : ["network-policy", "pod-blocks"],
    addressPools: balancers.pools,
    nodePortRange,
    ingressClasses: ingress.classes,
    mesh,
  };
}

async function readCorefile(cluster: Cluster): Promise<Facts["corefile"]> {
  try {
    const map = await cluster.get({ apiVersion: "v1", kind: "ConfigMap" }, "coredns", "kube-system");
    const text = textOf(map, "data", "Corefile");
    return text === undefined ? { unknown: "there is no ConfigMap kube-system/coredns to tell by" } : { text };
  } catch (error) {
    if (error instanceof ApiFailure && error.failure === "forbidden")
      return { unknown: "the ConfigMap kube-system/coredns, which would tell, may not be read" };
    throw error;
  }
}
