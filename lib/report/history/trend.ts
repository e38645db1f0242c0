import type { HistoryEntry, HistoryScenario } from "./history-entry.ts";
import type { History } from "./read-history.ts";

/**
 * How a scenario fared in a run. `known` — all that failed are known issues. `flaky` — all that failed answered first and not afterwards.
 * `broken` — nothing failed, and some of it could not be looked at. `unknown` — it was not in the run. `interrupted` — the run did not come to
 * its end, and tells nothing.
 */
export type Fate = "passed" | "failed" | "flaky" | "known" | "broken" | "skipped" | "unknown" | "interrupted";

/** One scenario in one run. Latencies are those of the run, in milliseconds; absent where nothing was timed. */
export interface TrendPoint {
  fate: Fate;
  p50Ms?: number;
  p95Ms?: number;
}

export interface ScenarioTrend {
  scenario: string;
  /** Runs that asked it, whether or not they could look, and those of them in which all that was asked passed. */
  asked: number;
  clean: number;
  /** Share of the paths that were looked at which passed, over all runs, from 0 to 1; absent when none was looked at. */
  passRate?: number;
  /** Share of them that answered as expected first and not afterwards. */
  flakeRate?: number;
  /** In the order of the runs. */
  points: TrendPoint[];
}

export interface Trend {
  /** Oldest first; `daysBefore` counts the days, in UTC, without any run since the one before. */
  runs: { run: string; startedAt: string; verdict: string; isCounted: boolean; daysBefore: number }[];
  /** In the order of their names. */
  scenarios: ScenarioTrend[];
  /** Sentences. */
  remarks: string[];
}

const dayMs = 86_400_000;

/**
 * Tells how each scenario fared over the last runs of a history. Runs that did not come to their end count in no rate. What was not looked at is in no
 * rate either: it is neither passed nor failed.
 */
export function trendOf({ entries, remarks }: History, { last }: { last: number }): Trend {
  const shown = entries.slice(-last);
  const names = [...new Set(shown.flatMap(({ scenarios }) => Object.keys(scenarios)))].toSorted();
  const counted = shown.filter(isCounted);
  return {
    runs: shown.map((entry, index) => ({
      run: entry.run,
      startedAt: entry.startedAt,
      verdict: entry.verdict,
      isCounted: isCounted(entry),
      daysBefore: daysBetween(shown[index - 1], entry),
    })),
    scenarios: names.map((scenario) => ({
      scenario,
      ...ratesOf(counted.flatMap(({ scenarios }) => scenarios[scenario] ?? [])),
      points: shown.map((entry) => pointOf(entry, scenario)),
    })),
    remarks: [...remarks, ...mixtureOf(shown)],
  };
}

function isCounted({ verdict }: HistoryEntry): boolean {
  return verdict !== "interrupted" && verdict !== "configuration";
}

function ratesOf(all: HistoryScenario[]): Omit<ScenarioTrend, "scenario" | "points"> {
  const sum = (of: (one: HistoryScenario) => number) => all.reduce((total, one) => total + of(one), 0);
  const lookedAt = ({ passed, failed, known = 0 }: HistoryScenario) => passed + failed + known;
  const paths = sum(lookedAt);
  const asked = all.filter((one) => lookedAt(one) + one.broken > 0);
  return {
    asked: asked.length,
    clean: asked.filter(({ failed, broken, known = 0 }) => failed + broken + known === 0).length,
    ...(paths === 0
      ? {}
      : { passRate: sum(({ passed }) => passed) / paths, flakeRate: sum(({ flaps }) => flaps) / paths }),
  };
}

function pointOf(entry: HistoryEntry, scenario: string): TrendPoint {
  if (!isCounted(entry)) return { fate: "interrupted" };
  const counts = entry.scenarios[scenario];
  if (!counts) return { fate: "unknown" };
  const { p50Ms, p95Ms } = counts;
  return {
    fate: fateOf(counts),
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p95Ms === undefined ? {} : { p95Ms }),
  };
}

function fateOf({ passed, failed, broken, skipped, known = 0, flaps }: HistoryScenario): Fate {
  if (failed > 0) return flaps >= failed + known ? "flaky" : "failed";
  if (broken > 0) return "broken";
  if (known > 0) return "known";
  if (passed > 0) return "passed";
  return skipped > 0 ? "skipped" : "unknown";
}

function daysBetween(before: HistoryEntry | undefined, { startedAt }: HistoryEntry): number {
  if (!before) return 0;
  const dayOf = (time: string) => Math.floor(Date.parse(time) / dayMs);
  return Math.max(0, dayOf(startedAt) - dayOf(before.startedAt) - 1);
}

function mixtureOf(shown: HistoryEntry[]): string[] {
  const clusters = new Set(shown.map(({ contexts, lab }) => JSON.stringify([lab, contexts.toSorted()])));
  const cut = shown.filter(({ leftOut = 0 }) => leftOut > 0).length;
  return [
    ...(clusters.size > 1 ? [`These runs are of ${clusters.size} different sets of clusters.`] : []),
    ...(cut > 0 ? [`${cut} of these runs had no room for all of their scenarios.`] : []),
  ];
}
