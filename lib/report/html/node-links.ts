import type { PathResult } from "../path-result.ts";
import { pagePath } from "./page-path.ts";
import { isUnwell, type Tally, tally } from "./tally.ts";
import type { TopologyCluster } from "./topology-boxes.ts";

/** A node of a cluster of the run. */
export interface NodePlace {
  cluster: string;
  node: string;
}

/** What came of the paths from pods or the host of one node straight to those of another, or of the same one. */
export interface NodeLink {
  from: NodePlace;
  to: NodePlace;
  tally: Tally;
}

/** Ways that lead from node to node, so that what goes wrong is between these two; Services, names and node ports lead on to others. */
const straight = new Set<string | undefined>(["pod", "host"]);

/**
 * Finds the links between nodes that are not whole. First come those on which no path kept its claim, and among equals those of pairs of clusters
 * with few such links, which tell more of where the fault is than one of a hundred alike.
 */
export function nodeLinksOf(paths: readonly PathResult[], clusters: readonly TopologyCluster[]): NodeLink[] {
  const nodes = new Set(
    clusters.flatMap(({ name, nodes: tested, untested }) => [...tested, ...untested].map((node) => key(name, node))),
  );
  const between = paths.filter(
    ({ way, from, to }) => straight.has(way?.rung) && [from, to].every((end) => nodes.has(key(end.cluster, end.node))),
  );
  const links = [...Map.groupBy(between, ({ from, to }) => key(from.cluster, from.node, to.cluster, to.node)).values()]
    .flatMap((alike) => {
      const [{ from, to } = {}] = alike;
      return from?.node === undefined || to?.node === undefined
        ? []
        : [{ from: placeOf(from, from.node), to: placeOf(to, to.node), tally: tally(alike.map(pagePath)) }];
    })
    .filter((link) => isUnwell(link.tally));
  const inPair = Map.groupBy(links, ({ from, to }) => key(from.cluster, to.cluster));
  const alike = ({ from, to }: NodeLink) => inPair.get(key(from.cluster, to.cluster))?.length ?? 0;
  return links.toSorted(
    (one, other) =>
      Number(noneKept(other.tally)) - Number(noneKept(one.tally)) ||
      Number(other.tally.worst === "failed") - Number(one.tally.worst === "failed") ||
      alike(one) - alike(other) ||
      other.tally.counts.failed - one.tally.counts.failed,
  );
}

/** Tells whether all of the paths broke their claims or could not be looked at. */
export function noneKept({ counts: { failed, known, broken }, paths }: Tally): boolean {
  return paths > 0 && failed + known + broken === paths;
}

function placeOf({ cluster }: { cluster: string }, node: string): NodePlace {
  return { cluster, node };
}

function key(...names: (string | undefined)[]): string {
  return JSON.stringify(names);
}
