import { parseAddressRange, rangeHolds } from "../base/address.ts";
import type { Seen } from "./seen.ts";

/** By `cluster/node/name` of a pod: clusters that have its address, too, by all that was seen. */
export type SharedAddresses = Map<string, Set<string>>;

type End = Seen["path"]["from"];

const ofRanges = /^global-service\/configuration\/.*\/pod-ranges$/;

/** Whether a path asks about ranges of pods of two clusters. */
export function isAboutRanges({ path }: Seen): boolean {
  return ofRanges.test(path.id);
}

/**
 * Finds pods that share their address: with a pod of another cluster; by ranges that two clusters have both; or because, asked from another
 * cluster, a pod of that one answered in their place.
 */
export function sharedAddresses(all: readonly Seen[]): SharedAddresses {
  const shared: SharedAddresses = new Map();
  const far = all.filter(isBetweenPods);
  const share = (end: End, other: string) => shared.set(podKey(end), (shared.get(podKey(end)) ?? new Set()).add(other));

  const ends = new Map(far.flatMap(({ path: { from, to } }) => [from, to].map((end) => [podKey(end), end] as const)));
  const owners = Map.groupBy(ends.values(), ({ address }) => addressIn(address));
  for (const [address, pods] of owners)
    for (const pod of address === "" ? [] : pods)
      for (const { cluster } of pods) if (cluster !== pod.cluster) share(pod, cluster);

  for (const { path } of all.filter((seen) => isAboutRanges(seen) && seen.symptom !== undefined)) {
    const ranges = (path.saw.match(/[\da-f.:]+\/\d+/gi) ?? []).flatMap((text) => parseAddressRange(text) ?? []);
    const pair = [path.from.cluster, path.to.cluster];
    for (const end of ends.values())
      if (pair.includes(end.cluster) && ranges.some((range) => rangeHolds(range, addressIn(end.address))))
        for (const other of pair) if (other !== end.cluster) share(end, other);
  }

  for (const { path } of far)
    if (Object.keys(path.attempts.answeredBy ?? {}).some((who) => who.startsWith(`${path.from.cluster}/`)))
      share(path.to, path.from.cluster);
  return shared;
}

/** The pod of a path whose address the other end's cluster has, too. */
export function sharingPod(seen: Seen, shared: SharedAddresses): string | undefined {
  if (!isBetweenPods(seen)) return undefined;
  const { from, to } = seen.path;
  if (shared.get(podKey(to))?.has(from.cluster)) return podKey(to);
  return shared.get(podKey(from))?.has(to.cluster) ? podKey(from) : undefined;
}

function isBetweenPods({ path: { scenario, from, to }, way }: Seen): boolean {
  return scenario.startsWith("pod-to-pod/") && way.rung === "pod" && !way.denial && from.cluster !== to.cluster;
}

function podKey({ cluster, node = "", name }: End): string {
  return [cluster, node, name].join("/");
}

/** Without the port: `10.0.1.3:8080`, `[fd00::3]:8080`. */
function addressIn(text = ""): string {
  const [, bracketed] = /^\[(.*)\]/.exec(text) ?? [];
  if (bracketed !== undefined) return bracketed;
  return text.split(":").length === 2 ? (text.split(":")[0] ?? "") : text;
}
