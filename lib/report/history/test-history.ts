import type { HistoryEntry, HistoryScenario } from "./history-entry.ts";

/** Makes the counts of a scenario. */
export function countsOf(fields: Partial<HistoryScenario>): HistoryScenario {
  return { passed: 0, failed: 0, broken: 0, skipped: 0, flaps: 0, ...fields };
}

/** Makes a run of a day of November 2026 with these scenarios; other fields where they are given. */
export function nightOf(
  day: number,
  scenarios: Record<string, Partial<HistoryScenario>>,
  fields: Partial<HistoryEntry> = {},
): HistoryEntry {
  return {
    version: 1,
    run: `night-${day}`,
    startedAt: `2026-11-${String(day).padStart(2, "0")}T02:00:00.000Z`,
    durationMs: 60_000,
    verdict: "passed",
    exitCode: 0,
    lab: false,
    contexts: ["a", "b"],
    versions: { meshgate: "0.1.0", kubernetes: ["v1.36.2"] },
    summary: { passed: 1, failed: 0, broken: 0, skipped: 0 },
    scenarios: Object.fromEntries(Object.entries(scenarios).map(([name, counts]) => [name, countsOf(counts)])),
    ...fields,
  };
}

/** Ten nights with everything in them that may happen. */
export const nights: HistoryEntry[] = [
  nightOf(1, { "pods/across": { passed: 24, p50Ms: 2, p95Ms: 4 }, "dns/names": { skipped: 1 } }),
  nightOf(2, { "pods/across": { passed: 24, p50Ms: 2.2, p95Ms: 5 }, "dns/names": { passed: 8, p50Ms: 1, p95Ms: 1 } }),
  nightOf(3, { "pods/across": { passed: 22, failed: 2, p50Ms: 8, p95Ms: 40 }, "dns/names": { passed: 8 } }),
  nightOf(4, { "pods/across": { passed: 23, failed: 1, flaps: 1, p50Ms: 3, p95Ms: 6 } }),
  nightOf(5, { "pods/across": { passed: 3, broken: 9 } }, { verdict: "interrupted", exitCode: 130 }),
  nightOf(8, { "pods/across": { passed: 20, broken: 4, p50Ms: 2, p95Ms: 4 }, "dns/names": { broken: 8 } }),
  nightOf(9, {
    "pods/across": { passed: 23, known: 1, p50Ms: 2, p95Ms: 4 },
    "dns/names": { passed: 8, p50Ms: 2, p95Ms: 2 },
  }),
  nightOf(10, { "pods/across": { passed: 24, p50Ms: 2, p95Ms: 4 }, "gone/away": { skipped: 2 } }),
];
