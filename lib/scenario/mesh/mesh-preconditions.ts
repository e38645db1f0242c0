import { type Cidr, cidrContains, cidrsOverlap, formatCidr, parseCidr } from "../../base/address.ts";
import { isRecord, textOf } from "../../base/open-record.ts";
import { type Cilium, podRangesIn, rangeHolder } from "../../cluster/features/cilium.ts";
import type { KubeObject } from "../../cluster/cluster.ts";
import type { Expectation } from "../expect/expect.ts";
import { holds } from "../expect/expect-objects.ts";
import { objects } from "../probes.ts";
import type { ObjectQuestion } from "../question.ts";

/** Something that must be so for the mesh to join two clusters: what is asked of the one, to be held against what the other said. */
export interface Precondition {
  variant: string;
  probe: () => ObjectQuestion;
  expect: Expectation;
}

/**
 * Lists what Cilium asks of one cluster with regard to another one. Ranges of pods are left out where they are not told, and coverage
 * by the native range where packets are encapsulated.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/#prerequisites
 */
export function preconditions(own: Cilium, other: Cilium): Precondition[] {
  const ofConfig = (variant: string, text: string, wrong: (config: Record<string, unknown>) => string | undefined) => ({
    variant,
    probe: () => objects({ apiVersion: "v1", kind: "ConfigMap" }, { namespace: own.namespace, name: "cilium-config" }),
    expect: holds(text, ([map]) => wrong(isRecord(map?.["data"]) ? map["data"] : {})),
  });
  return [
    ofConfig("cluster-id", "a cluster id of its own, between 1 and what is allowed in both", (config) =>
      wrongId(config, other.config),
    ),
    ofConfig("routing-mode", `packets sent as in the other cluster: ${routingOf(other.config)}`, (config) =>
      routingOf(config) === routingOf(other.config) ? undefined : `packets sent by ${routingOf(config)}`,
    ),
    ...(own.podRanges.length > 0 && other.podRanges.length > 0 ? [disjointRanges(own, other)] : []),
    ...(own.config["routing-mode"] === "native" && own.config[nativeRange] !== undefined
      ? [
          ofConfig("native-range", "a native routing range that covers the pods of both clusters", (config) =>
            uncovered(textOf(config, nativeRange) ?? "", [...own.podRanges, ...other.podRanges]),
          ),
        ]
      : []),
  ];
}

/** What Cilium asks of names, also where the mesh could not join two clusters because of them. */
export function nameCondition(own: Cilium, other: Cilium): Precondition {
  return {
    variant: "cluster-name",
    probe: () => objects({ apiVersion: "v1", kind: "ConfigMap" }, { namespace: own.namespace, name: "cilium-config" }),
    expect: holds("a cluster name that no other cluster has", ([map]) => {
      const name = textOf(map, "data", "cluster-name") ?? "default";
      if (name === "default") return "the name default, which is for clusters in no mesh";
      return name === other.clusterName ? `the name ${name} in both clusters` : undefined;
    }),
  };
}

const nativeRange = "ipv4-native-routing-cidr";

function wrongId(config: Record<string, unknown>, other: Record<string, string>): string | undefined {
  const limitOf = (of: Record<string, unknown>) => textOf(of, "max-connected-clusters") ?? "255";
  const id = Number(textOf(config, "cluster-id") ?? "0");
  if (limitOf(config) !== limitOf(other))
    return `at most ${limitOf(config)} clusters here and ${limitOf(other)} there (max-connected-clusters)`;
  if (!(id >= 1 && id <= Number(limitOf(config)))) return `the cluster id ${id}`;
  return id === Number(other["cluster-id"] ?? "0") ? `the cluster id ${id} in both clusters` : undefined;
}

function routingOf(config: Record<string, unknown>): string {
  const mode = textOf(config, "routing-mode") ?? "tunnel";
  return mode === "tunnel" ? `${mode} (${textOf(config, "tunnel-protocol") ?? "vxlan"})` : mode;
}

function disjointRanges(own: Cilium, other: Cilium): Precondition {
  return {
    variant: "pod-ranges",
    probe: () => objects(rangeHolder(own)),
    expect: holds("ranges of pods that share no address with those of the other cluster", (nodes) =>
      overlap(nodes, other.podRanges),
    ),
  };
}

function overlap(nodes: KubeObject[], others: string[]): string | undefined {
  const foreign = rangesIn(others);
  for (const range of rangesIn(podRangesIn(nodes))) {
    const shared = foreign.find((other) => cidrsOverlap(range, other));
    if (shared) return `${formatCidr(range)} here and ${formatCidr(shared)} there`;
  }
  return undefined;
}

function uncovered(native: string, ranges: string[]): string | undefined {
  const covering = parseCidr(native);
  if (!covering) return `${nativeRange} is ${native}`;
  const outside = rangesIn(ranges).find((range) => !cidrContains(covering, range));
  return outside ? `${native}, which does not cover ${formatCidr(outside)}` : undefined;
}

function rangesIn(texts: string[]): Cidr[] {
  return texts.flatMap((text) => parseCidr(text) ?? []);
}
