import type { Explained } from "../explained.ts";
import type { PathResult } from "../path-result.ts";

/** Findings of one kind: same scenario, same pair of clusters, same outcome. Never empty. */
export type FindingKind = [PathResult, ...PathResult[]];

/** Findings that one cause alone explains, or, without `cause`, all others. */
export interface FindingGroup {
  /** Its number, from 1. */
  cause?: number;
  kinds: FindingKind[];
}

/**
 * Arranges failed paths as the console does: those that one cause alone explains, by cause, then the others; alike ones together. Those
 * that a known issue covers are no findings.
 */
export function arrangeFindings(paths: readonly PathResult[], explained: (id: string) => Explained): FindingGroup[] {
  const failed = paths.filter(({ verdict, known }) => verdict === "failed" && !known);
  const byCause = Map.groupBy(failed, ({ id }) => explained(id).only ?? Number.POSITIVE_INFINITY);
  return [...byCause]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([cause, alike]) => ({
      ...(Number.isFinite(cause) ? { cause } : {}),
      kinds: kindsOf(alike),
    }));
}

function kindsOf(paths: PathResult[]): FindingKind[] {
  const kinds = Map.groupBy(paths, ({ scenario, group, outcome }) => JSON.stringify([scenario, group, outcome]));
  return [...kinds.values()].map((alike) => alike as FindingKind);
}
