import { exitCodes } from "../base/diagnostic.ts";
import { worseThan } from "./compare/worse-than.ts";
import type { Comparison, Counts, Results, Uncovered } from "./path-result.ts";

export type RunVerdict = Results["verdict"];

/**
 * How a run came to its end. `running` — it has not: whoever reads such a file reads what a killed run left.
 * `configuration` — options or files turned out to be wrong.
 */
export type RunEnd = "running" | "completed" | "interrupted" | "configuration";

/**
 * Judges a whole run: interrupted, else configuration, else findings, else broken, else uncovered, else regressed, else passed.
 *
 * Findings win over broken: a broken claim is a fact that its attempts and its control prove, and paths that could not be looked
 * at do not take it back. Whoever repeats runs that end with 3, because the machine was at fault, must not repeat a finding away.
 *
 * `uncovered` counts what was required, or was covered by the baseline, and was not looked at: a run that could not look may be repeated,
 * and what else there is to cover shows then. `worse` counts what got worse than the baseline and is told to matter. It comes last, for nothing that it may
 * be, such as a higher latency, is a broken claim.
 *
 * A run with any trouble, any broken path, or without a single path that passed or failed has not looked: it is broken, never
 * passed. Failures that are known issues are no findings, and no proof that anything works either. A run that has not ended counts as interrupted.
 */
export function judgeRun(
  summary: Counts,
  troubles: number,
  end: RunEnd,
  { uncovered = 0, worse = 0 }: { uncovered?: number; worse?: number } = {},
): RunVerdict {
  if (end === "interrupted" || end === "running") return "interrupted";
  if (end === "configuration") return "configuration";
  if (summary.failed > 0) return "findings";
  if (troubles > 0 || summary.broken > 0 || summary.passed === 0) return "broken";
  if (uncovered > 0) return "uncovered";
  return worse > 0 ? "regressed" : "passed";
}

/** Gives the exit code of a verdict. */
export function exitCodeOf(verdict: RunVerdict): number {
  return exitCodes[verdict];
}

/** Explains a run's verdict in one sentence without a full stop. */
export function explainVerdict(results: Results): string {
  const { verdict, summary } = results;
  const short = shortcomings(results).join("; ");
  switch (verdict) {
    case "passed":
      return [allKept(summary), ...knownText(results)].join("; ");
    case "findings": {
      const broke = `${plural(summary.failed, "path")} broke ${summary.failed === 1 ? "its claim" : "their claims"}`;
      return [broke, ...(short === "" ? [] : [short]), ...knownText(results)].join("; ");
    }
    case "broken":
      return [short, ...knownText(results)].join("; ");
    case "uncovered":
    case "regressed":
      return [`${allKept(summary)}, but ${short}`, ...knownText(results)].join("; ");
    case "configuration":
      return "options or configuration are wrong";
    case "interrupted":
      return "the run did not come to its end";
  }
}

/** What keeps a run from passing, besides paths that broke their claims; the worst first. */
function shortcomings({ summary, troubles, uncovered = [], comparison }: Results): string[] {
  const { passed, failed, broken, known = 0 } = summary;
  const brokenPaths = broken - troubles.length;
  return [
    ...(troubles.length > 0 ? [`${plural(troubles.length, "trouble")} kept us from looking`] : []),
    ...(brokenPaths > 0 ? [`${plural(brokenPaths, "path")} could not be looked at`] : []),
    ...(passed + failed + known === 0 ? ["no path was looked at"] : []),
    ...(passed + failed === 0 && known > 0 ? ["no path was seen to keep its claim"] : []),
    ...(uncovered.length > 0 ? [uncoveredText(uncovered)] : []),
    ...worseTexts(comparison),
  ];
}

function allKept({ passed, known = 0 }: Counts): string {
  return `all ${passed} ${known > 0 ? "other " : ""}${passed === 1 ? "path" : "paths"} that were looked at keep their claims`;
}

function knownText({ summary: { known = 0 }, knownIssues = [] }: Results): string[] {
  if (known === 0) return [];
  const failing = knownIssues.filter(({ state }) => state === "failing").length;
  return [
    `${plural(failing, "known issue")}: ${plural(known, "path")} ${known === 1 ? "breaks its claim" : "break their claims"}`,
  ];
}

function uncoveredText(uncovered: Uncovered[]): string {
  const names = [...new Set(uncovered.map(({ scenario }) => scenario))];
  const classes = names.filter((name) => name.includes("*")).length;
  const scenarios = names.length - classes;
  const parts = [
    ...(scenarios > 0 ? [plural(scenarios, "required scenario")] : []),
    ...(classes > 0 ? [`${classes} required ${classes === 1 ? "class" : "classes"} of paths`] : []),
  ];
  return `${parts.join(" and ")} ${names.length === 1 ? "was" : "were"} not looked at everywhere`;
}

function worseTexts(comparison: Comparison | undefined): string[] {
  const { uncovered, changes, slower } = worseThan(comparison);
  const latency = slower.length > 0 ? [`the latency of ${plural(slower.length, "group")}`] : [];
  const worse = [...(changes.length > 0 ? [plural(changes.length, "path")] : []), ...latency];
  const isOne = changes.length === 0 || changes.length + slower.length === 1;
  return [
    ...(uncovered.length > 0
      ? [
          `${plural(uncovered.length, "path")} of the baseline ${uncovered.length === 1 ? "is" : "are"} not covered any more`,
        ]
      : []),
    ...(worse.length > 0 ? [`${worse.join(" and ")} ${isOne ? "is" : "are"} worse than in the baseline`] : []),
  ];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
