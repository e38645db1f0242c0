import { matchesGlob, mayBeginWith } from "../base/glob.ts";
import type { ClusterFacts, PathResult, Uncovered } from "./path-result.ts";

/**
 * Finds where a required class of paths, a pattern of ids with `*`, was not looked at: nowhere, in a skip, or in a cluster that none of its paths
 * begins or ends in though the pattern has room for it. A pattern that names clusters has no room for others.
 *
 * A skip is of a whole scenario in a cluster or between two, so that its own id tells nothing: it counts where one of the paths that are
 * there would be of the class if it were of those clusters, and everywhere when no path is there.
 */
export function uncoveredInClass(
  pattern: string,
  paths: PathResult[],
  {
    clusters,
    isDenied,
  }: { clusters: Pick<ClusterFacts, "context">[]; isDenied: (from: string, to: string) => boolean },
): Uncovered[] {
  const own = paths.filter(({ id, verdict }) => verdict !== "skipped" && matchesGlob(pattern, id));
  const skips = paths.filter(({ scenario, verdict }) => verdict === "skipped" && mayBeginWith(pattern, `${scenario}/`));
  if (own.length === 0)
    return skips.length === 0
      ? [{ scenario: pattern, reason: "no path of it was planned" }]
      : distinct(skips.map((skip) => missedAt(pattern, skip)));
  const missed = skips.filter(
    ({ from, to }) =>
      !isDenied(from.cluster, to.cluster) &&
      (from.cluster === to.cluster ? hasRoomIn(from.cluster) : hasRoom(from.cluster, to.cluster)),
  );
  const touched = new Set([...own, ...missed].flatMap(({ from, to }) => [from.cluster, to.cluster]));
  const untouched = clusters
    .map(({ context }) => context)
    .filter((context) => !touched.has(context) && hasRoomIn(context));
  return distinct([
    ...missed.map((skip) => missedAt(pattern, skip)),
    ...untouched.map((context) => ({
      scenario: pattern,
      where: context,
      reason: "no path of it begins or ends in this cluster",
    })),
  ]);

  function hasRoomIn(cluster: string): boolean {
    return clusters.some(({ context }) => hasRoom(cluster, context) || hasRoom(context, cluster));
  }

  /** Whether paths from one cluster to another may be of this class, as far as those that are there tell. */
  function hasRoom(from: string, to: string): boolean {
    const isWithin = from === to;
    return own.some(
      (path) =>
        (path.from.cluster === "" || (path.from.cluster === path.to.cluster) === isWithin) &&
        matchesGlob(pattern, idBetween(path, from, to)),
    );
  }
}

/** Tells that a required scenario or class was skipped where this path would have been. */
export function missedAt(scenario: string, { from, to, reason = "no reason is given" }: PathResult): Uncovered {
  return { scenario, where: from.cluster === to.cluster ? from.cluster : `${from.cluster} -> ${to.cluster}`, reason };
}

/** The id that a path would have between two other clusters. The first segments are suite and scenario. */
function idBetween({ id, from, to }: PathResult, newFrom: string, newTo: string): string {
  let isBegun = from.cluster === "";
  return id
    .split("/")
    .map((segment, index) => {
      if (index < 2) return segment;
      if (!isBegun && segment === segmentOf(from.cluster)) {
        isBegun = true;
        return segmentOf(newFrom);
      }
      return isBegun && segment === segmentOf(to.cluster) ? segmentOf(newTo) : segment;
    })
    .join("/");
}

function segmentOf(name: string): string {
  return name.replaceAll(/[%/\s]/g, (character) => encodeURIComponent(character));
}

/** Scenarios of one class are skipped for the same reasons. */
function distinct(all: Uncovered[]): Uncovered[] {
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}
