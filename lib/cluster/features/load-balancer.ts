import { listOf, textOf } from "../../base/open-record.ts";
import { type AddressPool, listAddressPools } from "./address-pools.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import type { NodeFacts } from "./nodes.ts";
import { listIfReadable } from "./readable.ts";

/** What gives addresses to a cluster's Services of type LoadBalancer. */
export interface LoadBalancers {
  /** Why nothing seems to; undefined when something does. */
  missing: string | undefined;
  /** Why a Service with `externalTrafficPolicy: Local` cannot be expected to work with it. */
  missingLocal: string | undefined;
  pools: AddressPool[];
  /** Why the pools are not known. */
  poolsUnread: string | undefined;
}

/** Schemes of `spec.providerID` whose cloud's controller makes load balancers. */
const clouds =
  /^(alicloud|aws|azure|cloudstack|digitalocean|equinixmetal|exoscale|gce|hcloud|ibm|ibmcloud|linode|oci|openstack|scaleway|tencentcloud|vultr):\/\/|^ocid1\./;
const nothing =
  "nothing gives addresses to Services of type LoadBalancer: no pool of MetalLB or Cilium, no cloud provider, no Service that has one";
const l2Policy = { apiVersion: "cilium.io/v2alpha1", kind: "CiliumL2AnnouncementPolicy" };

/**
 * Finds out whether something gives addresses to Services of type LoadBalancer: a pool, a cloud, k3s or kube-vip, or whatever gave
 * one to a Service that is there. What may not be read counts as absent, and the reason says so. Throws Diagnostic `broken`.
 */
export async function findLoadBalancers(cluster: Cluster, nodes: readonly NodeFacts[]): Promise<LoadBalancers> {
  const [pools, services, daemons, deployments, announcements] = await Promise.all([
    listAddressPools(cluster),
    listIfReadable(cluster, { apiVersion: "v1", kind: "Service" }),
    listIfReadable(cluster, { apiVersion: "apps/v1", kind: "DaemonSet" }, { namespace: "kube-system" }),
    listIfReadable(cluster, { apiVersion: "apps/v1", kind: "Deployment" }, { namespace: "kube-system" }),
    listIfReadable(cluster, l2Policy),
  ]);
  const isThere =
    (pools ?? []).length > 0 ||
    nodes.some(({ providerId }) => clouds.test(providerId)) ||
    (services ?? []).some((service) => hasAddress(service)) ||
    (daemons ?? []).some(({ metadata }) => metadata.labels?.["svccontroller.k3s.cattle.io/svcname"] !== undefined) ||
    (deployments ?? []).some(({ metadata }) => metadata.name.startsWith("kube-vip-cloud-provider"));
  const poolsUnread = pools === undefined ? "the pools of MetalLB or Cilium may not be read" : undefined;
  return {
    missing: isThere ? undefined : [nothing, poolsUnread].filter((part) => part !== undefined).join("; "),
    missingLocal: whyNoLocal(pools ?? [], announcements ?? []),
    pools: pools ?? [],
    poolsUnread,
  };
}

function hasAddress({ spec, status }: KubeObject): boolean {
  const entries = listOf(status, "loadBalancer", "ingress");
  const published = entries.some((entry) => (textOf(entry, "ip") ?? textOf(entry, "hostname")) !== undefined);
  return textOf(spec, "type") === "LoadBalancer" && published;
}

/**
 * Cilium announces an address from any node that its policy selects, whether or not that node has a backend.
 *
 * @see https://docs.cilium.io/en/stable/network/l2-announcements/#limitations
 */
function whyNoLocal(pools: AddressPool[], announcements: KubeObject[]): string | undefined {
  const announcedByOthers = pools.some(({ kind }) => kind.kind === "IPAddressPool");
  return announcements.length > 0 && !announcedByOthers
    ? "Cilium's layer 2 announcements do not support externalTrafficPolicy Local"
    : undefined;
}
