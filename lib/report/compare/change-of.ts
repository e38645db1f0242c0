import type { Change, PathResult } from "../path-result.ts";
import type { Pairing } from "./pair-paths.ts";

/**
 * Tells how a path changed from one run to another. Undefined where it did not, and where neither run asked it. `missing` says why a path of the
 * baseline is not in this run.
 *
 * - passed, and failed or broken now: regressed; flaky when it answered as expected first and not afterwards
 * - failed, and not looked at in the baseline, or not by it: regressed
 * - failed or broken, and passed now: fixed
 * - passed in both, with unexpected attempts now and none in the baseline: flaky. Right after a change such attempts are no sign of trouble, so that
 *   paths of a scenario that changes something are left out.
 * - asked in the baseline, and skipped or not there now: uncovered
 * - asked now only: new
 */
export function changeOf(pairing: Pairing, missing: (path: PathResult) => string): Change | undefined {
  const { before, after } = pairing;
  const told = before && isAsked(before) ? sinceAsked(before, after, missing) : sinceNotAsked(before, after);
  if (!told) return undefined;
  return {
    change: told.change,
    id: pairing.id,
    ...(before ? { before: before.verdict } : {}),
    ...(after ? { after: after.verdict } : {}),
    text: `${told.text}${standText(pairing)}`,
    ...(after?.known ? { known: true } : {}),
  };
}

/** Whether a run looked at a path, or tried to. */
export function isAsked({ verdict }: PathResult): boolean {
  return verdict !== "skipped";
}

type Told = Pick<Change, "change" | "text">;

function sinceAsked(
  before: PathResult,
  after: PathResult | undefined,
  missing: (path: PathResult) => string,
): Told | undefined {
  if (!after || !isAsked(after)) return { change: "uncovered", text: after?.reason ?? missing(before) };
  if (before.verdict === "passed") return after.verdict === "passed" ? lessSteady(before, after) : worse(after);
  if (after.verdict === "passed") return { change: "fixed", text: `before: ${sightOf(before)}` };
  if (before.verdict === "broken" && after.verdict === "failed")
    return { change: "regressed", text: `${sightOf(after)}; the baseline could not look at it` };
  return undefined;
}

function sinceNotAsked(before: PathResult | undefined, after: PathResult | undefined): Told | undefined {
  if (!after || !isAsked(after)) return undefined;
  const why = before?.reason === undefined ? "is not in the baseline" : `was skipped in the baseline: ${before.reason}`;
  return { change: after.verdict === "failed" ? "regressed" : "new", text: `${sightOf(after)}; it ${why}` };
}

function worse(after: PathResult): Told {
  const isFlap = after.verdict === "failed" && after.flap;
  return { change: isFlap ? "flaky" : "regressed", text: sightOf(after) };
}

function lessSteady(before: PathResult, after: PathResult): Told | undefined {
  const unexpected = after.attempts.total - after.attempts.asExpected;
  const isSteadyBefore = before.attempts.total === before.attempts.asExpected;
  const isAmidChange = after.way?.act !== undefined || after.timings.longestGapMs !== undefined;
  if (unexpected === 0 || !isSteadyBefore || isAmidChange) return undefined;
  const { outcome, detail } = after.attempts.lastUnexpected ?? {};
  const how = outcome === undefined ? "" : `, such as: ${outcome}${detail === undefined ? "" : ` (${detail})`}`;
  return {
    change: "flaky",
    text: `passed, but ${unexpected} of ${after.attempts.total} attempts were not as expected${how}; in the baseline all were`,
  };
}

function sightOf({ verdict, saw, reason }: PathResult): string {
  return verdict === "broken" ? `could not be looked at: ${reason ?? "no reason is given"}` : saw;
}

function standText({ stand }: Pairing): string {
  if (!stand) return "";
  const paths = (count: number) => `${count} ${count === 1 ? "path" : "paths"}`;
  return ` (by role: ${paths(stand.after)} now, ${paths(stand.before)} in the baseline)`;
}
