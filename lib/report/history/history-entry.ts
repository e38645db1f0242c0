import { z } from "zod";
import { latencies } from "../latencies.ts";
import type { PathResult, Results } from "../path-result.ts";
import { percentile } from "../percentile.ts";

/** Version of a line of history.jsonl; it grows as that of results.json does. */
export const historyVersion = 1;

/** What a line may be long, in bytes: one write of so much is one append. */
export const mostLineBytes = 64 * 1024;

const countsSchema = z.object({
  passed: z.int(),
  failed: z.int(),
  broken: z.int(),
  skipped: z.int(),
  known: z.int().optional(),
});

/** Counts and latencies of one scenario in one run. */
const scenarioSchema = countsSchema.extend({
  flaps: z.int(),
  p50Ms: z.number().optional(),
  p95Ms: z.number().optional(),
});

/** One run in history.jsonl. Fields that are not known are dropped. */
export const historyEntrySchema = z.object({
  version: z.literal(historyVersion),
  run: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  verdict: z.string(),
  exitCode: z.int(),
  lab: z.boolean(),
  contexts: z.array(z.string()),
  versions: z.object({ meshgate: z.string(), kubernetes: z.array(z.string()) }),
  summary: countsSchema,
  scenarios: z.record(z.string(), scenarioSchema),
  leftOut: z.int().optional(),
});

/** `failed` counts findings; `known` those that known issues cover; `flaps` paths that answered first and not afterwards. Latencies are in milliseconds. */
export type HistoryScenario = z.infer<typeof scenarioSchema>;

/** `kubernetes` are the versions of the clusters, each once. `leftOut` counts scenarios for which the line had no room. */
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** Sums a run up for history.jsonl. */
export function historyEntry(results: Results): HistoryEntry {
  const { run, verdict, versions, clusters, summary, paths } = results;
  return {
    version: historyVersion,
    run: run.id,
    startedAt: run.startedAt,
    durationMs: run.durationMs,
    verdict,
    exitCode: run.exitCode ?? 130,
    lab: run.lab,
    contexts: clusters.map(({ context }) => context),
    versions: { meshgate: versions.meshgate, kubernetes: [...new Set(clusters.map(({ version }) => version))] },
    summary,
    scenarios: Object.fromEntries(
      [...Map.groupBy(paths, ({ scenario }) => scenario)].map(([name, own]) => [name, scenarioOf(own)]),
    ),
  };
}

/** Writes an entry as one line of at most 64 KiB; the scenarios that have no room are left out, and counted. */
export function historyLine(entry: HistoryEntry): string {
  let kept = Object.entries(entry.scenarios);
  const all = kept.length;
  for (;;) {
    const leftOut = all - kept.length;
    const line = JSON.stringify({
      ...entry,
      // Contexts without end are no history.
      ...(leftOut === all && all > 0 ? { contexts: [] } : {}),
      scenarios: Object.fromEntries(kept),
      ...(leftOut > 0 ? { leftOut } : {}),
    });
    if (Buffer.byteLength(line) < mostLineBytes || kept.length === 0) return `${line}\n`;
    kept = kept.slice(0, Math.floor(kept.length / 2));
  }
}

function scenarioOf(paths: PathResult[]): HistoryScenario {
  const count = (verdict: PathResult["verdict"]) =>
    paths.filter((path) => path.verdict === verdict && !path.known).length;
  const known = paths.filter((path) => path.known).length;
  const ascending = paths.flatMap(latenciesOf).toSorted((one, other) => one - other);
  const [p50Ms, p95Ms] = [0.5, 0.95].map((part) => percentile(ascending, part)?.value);
  return {
    passed: count("passed"),
    failed: count("failed"),
    broken: count("broken"),
    skipped: count("skipped"),
    ...(known > 0 ? { known } : {}),
    flaps: paths.filter(({ flap }) => flap).length,
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p95Ms === undefined ? {} : { p95Ms }),
  };
}

/** Silence that was promised takes as long as somebody waits for it, which is no latency. */
function latenciesOf({ verdict, way, timings }: PathResult): number[] {
  if (verdict !== "passed" || way?.denial) return [];
  return latencies(timings);
}
