import type { Fault, PathPattern } from "../../lab/sabotage/fault.ts";
import type { PathResult } from "../../report/path-result.ts";
import type { Counts } from "./sabotage-report.ts";

/** What of a fault's promises came true. */
export interface Comparison {
  /** Scenarios that had to turn red and did. */
  red: string[];
  /** Patterns of which no path turned red. */
  missed: string[];
  /** Scenarios with red paths that may be red. */
  alsoRed: string[];
  /** Ids of paths that had to stay green and failed. */
  falseAlarms: string[];
  /** Patterns that no path was asked for: they say nothing. */
  vacuous: string[];
  scenarios: Record<string, Counts>;
}

/**
 * Compares what was seen while a fault was in place with what it promises. Of a fault that is no finding, broken paths are the red ones, and any
 * failed one is a false alarm.
 */
export function compare(fault: Pick<Fault, "mustRed" | "mustStayGreen" | "verdict">, paths: PathResult[]): Comparison {
  const wanted = fault.verdict === "broken" ? "broken" : "failed";
  const isRed = ({ verdict }: PathResult) => verdict === wanted;
  const required = fault.mustRed.map((pattern) => ({ pattern, matched: paths.filter(matches(pattern)) }));
  const spared = fault.mustStayGreen.map((pattern) => ({ pattern, matched: paths.filter(matches(pattern)) }));
  const demanded = new Set(required.flatMap(({ matched }) => matched.filter(isRed)));
  const alarms = new Set(
    (fault.verdict === "broken" ? paths : spared.flatMap(({ matched }) => matched)).filter(
      ({ verdict }) => verdict === "failed",
    ),
  );
  const others = paths.filter((path) => isRed(path) && !demanded.has(path) && !alarms.has(path));
  return {
    red: scenariosOf([...demanded]),
    missed: required.filter(({ matched }) => !matched.some(isRed)).map(({ pattern }) => patternText(pattern)),
    alsoRed: scenariosOf(others),
    falseAlarms: [...alarms].map(({ id }) => id),
    vacuous: [...required, ...spared]
      .filter(({ matched }) => matched.length === 0)
      .map(({ pattern }) => patternText(pattern)),
    scenarios: Object.fromEntries(
      [...Map.groupBy(paths, ({ scenario }) => scenario)].map(([name, ofScenario]) => [name, countsOf(ofScenario)]),
    ),
  };
}

/** Writes a pattern as reports have it: `pod-to-pod/across-nodes /region-athens/`. */
export function patternText({ scenario, id }: PathPattern): string {
  return id ? `${scenario} ${String(id)}` : scenario;
}

function matches({ scenario, id }: PathPattern) {
  return (path: PathResult) =>
    path.scenario === scenario && path.verdict !== "skipped" && (id === undefined || id.test(path.id));
}

function scenariosOf(paths: PathResult[]): string[] {
  return [...new Set(paths.map(({ scenario }) => scenario))].toSorted();
}

function countsOf(paths: PathResult[]): Counts {
  const count = (wanted: PathResult["verdict"]) => paths.filter(({ verdict }) => verdict === wanted).length;
  return { passed: count("passed"), failed: count("failed"), broken: count("broken") };
}
