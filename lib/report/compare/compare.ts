import { changes as changeKinds, type Comparison } from "../path-result.ts";
import { changeOf, isAsked } from "./change-of.ts";
import type { ComparedRun, PastRun } from "./compared-run.ts";
import { type Counterparts, findCounterparts } from "./counterparts.ts";
import { pairPaths } from "./pair-paths.ts";
import { remarksOf } from "./remarks.ts";
import { slowerGroups } from "./slower.ts";
import { whyMissing } from "./why-missing.ts";
import type { FailOn } from "./worse-than.ts";

/**
 * Compares a run with an earlier one, its baseline: path by path by their stable ids, and by the part that they play where nodes or clusters
 * have other names. `failOn` is kept for who judges the run.
 *
 * Changes come by kind, and by id within it. Equal runs have none, and the order of paths tells nothing. What the baseline could not look at
 * excuses nothing: a path that failed now and did not pass then is regressed unless it failed then, too.
 */
export function compare(before: PastRun, after: ComparedRun, { failOn }: { failOn: FailOn[] }): Comparison {
  const counterparts = findCounterparts(before.clusters, after.clusters);
  const pairings = pairPaths(before.paths, after.paths, counterparts);
  const missing = whyMissing(after, counterparts);
  const both = pairings.flatMap(({ before: old, after: now, stand }) =>
    old && now && isAsked(old) && isAsked(now) ? [{ before: old, after: now, stand }] : [],
  );
  const timing = slowerGroups(both.filter(({ stand }) => stand === undefined));
  const found = pairings.flatMap((pairing) => changeOf(pairing, missing) ?? []);
  return {
    baseline: {
      run: before.run.id,
      startedAt: before.run.startedAt,
      verdict: before.verdict,
      paths: before.paths.length,
    },
    matchedBy: isByRole(counterparts) ? "role" : "id",
    remarks: remarksOf(before, after, { counterparts, timing }),
    compared: both.length,
    changes: changeKinds.flatMap((kind) => found.filter(({ change }) => change === kind)),
    slower: timing.slower,
    failOn,
  };
}

function isByRole({ renamed, goneNodes, addedNodes }: Counterparts): boolean {
  return renamed.length + goneNodes.length + addedNodes.length > 0;
}
