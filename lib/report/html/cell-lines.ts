import { formatDuration } from "../../base/duration.ts";
import { percentile } from "../percentile.ts";
import { signOf, sights } from "./sight.ts";
import type { Tally } from "./tally.ts";
import type { Metric } from "./view.ts";

/** What a cell says: lines with signs for the eye, the same in words for the ear, and the class that colours it. */
export interface CellText {
  lines: string[];
  words: string;
  class: string;
}

const parts = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/**
 * Says what some paths come to by one metric. Whatever the metric, everything that did not pass is told, for a low latency of what did answer says nothing
 * of what did not.
 */
export function cellText(sum: Tally, metric: Metric): CellText {
  if (sum.worst === undefined) return { lines: ["·"], words: "nothing asked", class: "none" };
  const shown = sights.filter((sight) => sum.counts[sight] > 0);
  const counts = shown.map((sight) => `${signOf(sight)} ${sum.counts[sight]}`);
  const words = shown.map((sight) => `${sum.counts[sight]} ${sight}`);
  const isPartly = sum.counts.passed > 0 && sum.worst === "skipped";
  const cell = { words: words.join(", "), class: isPartly ? "passed partly" : sum.worst };
  if (metric === "verdict") return { ...cell, lines: counts };
  const measured = metric === "loss" ? lossText(sum) : latencyText(sum, parts[metric]);
  const troubles = counts.slice(0, sum.counts.passed > 0 ? -1 : undefined);
  return {
    ...cell,
    lines: [...troubles, measured],
    words: `${measured}; ${cell.words}`,
    class: sum.worst === "passed" && !/^\d|^max/.test(measured) ? "none" : cell.class,
  };
}

function latencyText({ latenciesMs }: Tally, part: number): string {
  const found = percentile(latenciesMs, part);
  if (!found) return "not measured";
  return `${found.isLargest ? "max " : ""}${formatDuration(found.value)}`;
}

function lossText({ attempts, lost }: Tally): string {
  return attempts === 0 ? "not measured" : `${percent(lost / attempts)} of ${attempts}`;
}

/** Never rounds something to nothing, nor less than all to all. */
function percent(ratio: number): string {
  if (ratio === 0 || ratio === 1) return `${ratio * 100} %`;
  const rounded = Math.min(99.9, Math.max(0.1, ratio * 100));
  return `${Number(rounded.toFixed(1))} %`;
}
