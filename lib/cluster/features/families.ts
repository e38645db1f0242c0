import { type Family, families, familyOf } from "../../base/family.ts";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import type { ClusterDns } from "./dns.ts";
import type { NodeFacts } from "./nodes.ts";
import { listIfReadable } from "./readable.ts";

/** What a cluster says about IPv4 and IPv6. */
export interface ClusterFamilies {
  /** Those that nodes, pods and Services all have. Where nothing tells, the one of the first node. */
  common: Family[];
  /** Null when both are common; else what lacks which. */
  notDual: string | null;
}

/**
 * Finds out which address families a cluster has: by the internal addresses of its chosen nodes, the addresses of the pods that run in
 * kube-system in a network of their own, and the ranges that Services get addresses from.
 *
 * What may not be read makes it single-stack, with that reason. Throws Diagnostic `broken`.
 * @see https://kubernetes.io/docs/concepts/services-networking/dual-stack/
 */
export async function findFamilies(
  cluster: Cluster,
  chosenNodes: readonly NodeFacts[],
  dns: ClusterDns | undefined,
): Promise<ClusterFamilies> {
  const [pods, ranges] = await Promise.all([
    listIfReadable(cluster, { apiVersion: "v1", kind: "Pod" }, { namespace: "kube-system" }),
    listIfReadable(cluster, { apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR" }),
  ]);
  const first = familyOf(chosenNodes[0]?.addresses.ipv4[0] ?? chosenNodes[0]?.addresses.ipv6[0] ?? "");
  if (!pods || !ranges) return { common: [first], notDual: "the pods of kube-system or ServiceCIDRs may not be read" };
  const told: [string, Family[]][] = [
    ["nodes", ofAll(chosenNodes.map(({ addresses }) => [...addresses.ipv4, ...addresses.ipv6]))],
    ["pods", ofAll(pods.filter(tells).map(podAddresses))],
    ["Services", serviceFamilies(ranges, dns)],
  ];
  const lacking = families.flatMap((family) =>
    told.filter(([, found]) => !found.includes(family)).map(([who]) => `${who} have no ${family} addresses`),
  );
  const common = families.filter((family) => told.every(([, found]) => found.includes(family)));
  return {
    common: common.length > 0 ? common : [first],
    notDual: lacking.length === 0 ? null : lacking.join(", "),
  };
}

/** Families of which each of the lists has an address. */
function ofAll(lists: string[][]): Family[] {
  return families.filter(
    (family) => lists.length > 0 && lists.every((list) => list.some((address) => familyOf(address) === family)),
  );
}

function tells(pod: KubeObject): boolean {
  return fieldOf(pod["spec"], "hostNetwork") !== true && textOf(pod["status"], "phase") === "Running";
}

function podAddresses({ status }: KubeObject): string[] {
  return listOf(status, "podIPs").map((item) => textOf(item, "ip") ?? "");
}

/** The DNS Service tells where the ranges are not an API yet. */
function serviceFamilies(ranges: KubeObject[], dns: ClusterDns | undefined): Family[] {
  const told = ranges.flatMap(({ spec }) => listOf(spec, "cidrs")).map((cidr) => String(cidr).split("/")[0] ?? "");
  const addresses = told.length > 0 ? told : (dns?.service.addresses ?? []);
  return families.filter((family) => addresses.some((address) => familyOf(address) === family));
}
