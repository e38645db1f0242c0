import { type AddressSpan, parseSpan, spanBetween } from "../../base/address-span.ts";
import { listOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject, ResourceKind } from "../cluster.ts";
import { listIfReadable } from "./readable.ts";

/** Addresses that a cluster gives to Services of type LoadBalancer. */
export interface AddressPool {
  kind: ResourceKind;
  name: string;
  /** Absent where pools belong to the cluster as a whole. */
  namespace?: string;
  /** As the object has them: `172.19.255.1-172.19.255.100`. */
  ranges: string[];
  /** Those of the ranges that can be read, as numbers. */
  spans: AddressSpan[];
}

const metalLb = { apiVersion: "metallb.io/v1beta1", kind: "IPAddressPool" };
/** The newest first: a server that has both tells the same pools twice. */
const cilium = ["cilium.io/v2", "cilium.io/v2alpha1"].map((apiVersion) => ({
  apiVersion,
  kind: "CiliumLoadBalancerIPPool",
}));

/**
 * Lists the pools of MetalLB and of Cilium's LB IPAM, whether or not they give addresses at present. Undefined when some may not be
 * read, and none that may be is there. Throws Diagnostic `broken`.
 *
 * @see https://metallb.io/configuration/
 * @see https://docs.cilium.io/en/stable/network/lb-ipam/
 */
export async function listAddressPools(cluster: Cluster): Promise<AddressPool[] | undefined> {
  const [ofMetalLb, ...ofCilium] = await Promise.all([metalLb, ...cilium].map((kind) => listIfReadable(cluster, kind)));
  const known = ofCilium.find((pools) => pools !== undefined && pools.length > 0) ?? [];
  const pools = [...(ofMetalLb ?? []), ...known].map((object) => addressPool(object));
  const unread = [ofMetalLb, ...ofCilium].includes(undefined);
  return pools.length === 0 && unread ? undefined : pools;
}

/** Reads one pool from its object. What is no range of addresses has no span. */
export function addressPool({ apiVersion, kind, metadata, spec }: KubeObject): AddressPool {
  const texts = listOf(spec, "addresses").filter((range) => typeof range === "string");
  const ranges = [...texts.map((text) => ({ text, span: parseSpan(text) })), ...listOf(spec, "blocks").map(readBlock)];
  return {
    kind: { apiVersion, kind },
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    ranges: ranges.map(({ text }) => text),
    spans: ranges.flatMap(({ span }) => span ?? []),
  };
}

function readBlock(block: unknown): { text: string; span: AddressSpan | undefined } {
  const cidr = textOf(block, "cidr");
  if (cidr !== undefined) return { text: cidr, span: parseSpan(cidr) };
  const start = textOf(block, "start") ?? "";
  const stop = textOf(block, "stop") ?? start;
  return { text: `${start}-${stop}`, span: spanBetween(start, stop) };
}
