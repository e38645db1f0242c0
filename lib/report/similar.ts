import type { PathResult } from "./path-result.ts";

/** Findings that look alike: the first few are shown, the others are counted. */
export interface Similar {
  shown: PathResult[];
  more: number;
}

/**
 * Gathers failed and broken paths that look alike, so that one cause does not fill the screen: same scenario, same pair of
 * clusters, same verdict and same outcome, same known issue or none. Failed ones come before broken ones, and those that are known issues last, else in the order
 * of their first path; every path is either shown or counted. `whole` says how many are shown.
 */
export function similarFindings(paths: PathResult[], whole = 3): Similar[] {
  const failed = paths.filter(({ verdict, known }) => verdict === "failed" && !known);
  const broken = paths.filter(({ verdict }) => verdict === "broken");
  const accepted = paths.filter(({ known }) => known);
  const alike = Map.groupBy([...failed, ...broken, ...accepted], ({ scenario, group, verdict, outcome, known }) =>
    JSON.stringify([scenario, group, verdict, outcome, known?.id]),
  );
  return [...alike.values()].map((all) => ({
    shown: all.slice(0, whole),
    more: Math.max(0, all.length - whole),
  }));
}

/** Tells how many alike findings are not shown, and where they are. Undefined when all are shown. */
export function moreLikeThese({ more }: Similar): string | undefined {
  return more === 0 ? undefined : `and ${more} more like ${more === 1 ? "this" : "these"}: see results.json`;
}
