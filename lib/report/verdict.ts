import { exitCodes } from "../base/diagnostic.ts";
import type { Comparison, Counts, Results, Uncovered } from "./path-result.ts";

export type RunVerdict = Results["verdict"];

/**
 * How a run came to its end. `running` — it has not: whoever reads such a file reads what a killed run left.
 * `configuration` — options or files turned out to be wrong.
 */
export type RunEnd = "running" | "completed" | "interrupted" | "configuration";

/**
 * Judges a whole run: interrupted, else configuration, else findings, else broken, else uncovered, else passed.
 *
 * Findings win over broken: a broken claim is a fact that its attempts and its control prove, and paths that could not be looked
 * at do not take it back. Whoever repeats runs that end with 3, because the machine was at fault, must not repeat a finding away.
 *
 * `uncovered` counts what was required and not looked at. It is the least of what can be wrong: a run that could not look may be repeated,
 * and what else there is to cover shows then.
 *
 * A run with any trouble, any broken path, or without a single path that passed or failed has not looked: it is broken, never
 * passed. A run that has not ended counts as interrupted.
 */
export function judgeRun(summary: Counts, troubles: number, end: RunEnd, uncovered = 0): RunVerdict {
  if (end === "interrupted" || end === "running") return "interrupted";
  if (end === "configuration") return "configuration";
  if (summary.failed > 0) return "findings";
  if (troubles > 0 || summary.broken > 0 || summary.passed === 0) return "broken";
  return uncovered > 0 ? "uncovered" : "passed";
}

/** Gives the exit code of a verdict. */
export function exitCodeOf(verdict: RunVerdict): number {
  return exitCodes[verdict];
}

/** Explains a run's verdict in one sentence without a full stop. */
export function explainVerdict({ verdict, summary, troubles, uncovered = [], comparison }: Results): string {
  const brokenPaths = summary.broken - troubles.length;
  const looked = [
    ...(troubles.length > 0 ? [`${plural(troubles.length, "trouble")} kept us from looking`] : []),
    ...(brokenPaths > 0 ? [`${plural(brokenPaths, "path")} could not be looked at`] : []),
    ...(summary.passed + summary.failed === 0 ? ["no path was looked at"] : []),
    ...(uncovered.length > 0 ? [uncoveredText(uncovered)] : []),
  ];
  switch (verdict) {
    case "passed":
      return allKept(summary);
    case "findings":
      return [
        `${plural(summary.failed, "path")} broke ${summary.failed === 1 ? "its claim" : "their claims"}`,
        ...looked,
      ].join("; ");
    case "broken":
      return looked.join("; ");
    case "uncovered":
      return `${allKept(summary)}, but ${looked.join("; ")}`;
    case "regressed":
      return `${allKept(summary)}, but ${worseText(comparison)} worse than in the baseline`;
    case "configuration":
      return "options or configuration are wrong";
    case "interrupted":
      return "the run did not come to its end";
  }
}

function allKept({ passed }: Counts): string {
  return `all ${plural(passed, "path")} that were looked at keep their claims`;
}

function uncoveredText(uncovered: Uncovered[]): string {
  const scenarios = new Set(uncovered.map(({ scenario }) => scenario)).size;
  return `${plural(scenarios, "required scenario")} ${scenarios === 1 ? "was" : "were"} not looked at everywhere`;
}

function worseText(comparison: Comparison | undefined): string {
  const { changes = [], slower = [], failOn = [] } = comparison ?? {};
  const paths = changes.filter(({ change }) => failOn.includes(change)).length;
  const groups = failOn.includes("slower") ? slower.length : 0;
  const parts = [
    ...(paths > 0 ? [plural(paths, "path")] : []),
    ...(groups > 0 ? [`the latency of ${plural(groups, "group")}`] : []),
  ];
  return `${parts.join(" and ")} ${paths + groups === 1 ? "is" : "are"}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
