import { formatDuration } from "../../base/duration.ts";
import { allCounts } from "../counts.ts";
import type { PathResult, ScenarioFacts } from "../path-result.ts";
import { linksOf } from "./group-labels.ts";
import { markdownText } from "./markdown-text.ts";

/**
 * Describes a test in Markdown: its claim, the paths by verdict, how fast they answered, why some were skipped, and what the claim rests on.
 */
export function groupDescription(paths: [PathResult, ...PathResult[]], scenario: ScenarioFacts | undefined): string {
  const counts = { passed: 0, failed: 0, broken: 0, skipped: 0 };
  for (const { verdict } of paths) counts[verdict] += 1;
  const latencies = paths.flatMap(({ timings }) => timings.latencyP50Ms ?? []).toSorted((one, other) => one - other);
  const median = latencies[Math.floor((latencies.length - 1) / 2)];
  const reasons = new Set(
    paths.flatMap(({ verdict, reason }) => (verdict === "skipped" ? (reason ?? "no reason given") : [])),
  );
  const lines = [
    paths[0].claim,
    `${paths.length} ${paths.length === 1 ? "path" : "paths"}: ${allCounts(counts)}`,
    ...(median === undefined ? [] : [`median latency: ${formatDuration(median)}`]),
    ...[...reasons].map((reason) => `skipped: ${reason}`),
    ...(scenario && linksOf(scenario).length === 0 ? [`specification: ${scenario.spec}`] : []),
    ...(scenario && scenario.covers.length > 0 ? [`covers: ${scenario.covers.join(", ")}`] : []),
  ];
  return lines.map((line) => `- ${markdownText(line)}`).join("\n");
}
