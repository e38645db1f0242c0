import { formatDuration } from "../base/duration.ts";
import { printable } from "../base/printable.ts";
import { briefCounts } from "./counts.ts";
import type { Layout } from "./finding.ts";
import type { GroupSummary } from "./reporter.ts";

const countsWidth = 24;
const separator = "   ";

/** Lays out the lines of groups of paths one by one, as they finish. */
export interface GroupLines {
  /** Makes columns as wide as this group needs before its line is printed. */
  expect(group: { scenario: string; group: string }): void;
  render(group: GroupSummary): string[];
}

/**
 * Makes the layout of one run's group lines. Where scenario, clusters, counts and time do not fit into one line, the scenario has
 * a line of its own and its groups stand indented below; a group's line itself is never cut.
 */
export function groupLines({ width, paint }: Layout): GroupLines {
  let scenarioWidth = 0;
  let groupWidth = 0;
  let heading: string | undefined;
  return { expect, render };

  function expect({ scenario, group }: { scenario: string; group: string }): void {
    scenarioWidth = Math.max(scenarioWidth, printable(scenario).length);
    groupWidth = Math.max(groupWidth, printable(group).length);
  }

  function render(summary: GroupSummary): string[] {
    // What is skipped is told at the end, once per reason.
    if (isSkipped(summary)) return [];
    expect(summary);
    const scenario = printable(summary.scenario);
    const group = printable(summary.group).padEnd(groupWidth);
    const counts = paintCounts(summary, briefCounts(summary.counts).padEnd(countsWidth));
    const time = formatDuration(summary.durationMs);
    const fits = scenarioWidth + groupWidth + countsWidth + time.length + 3 * separator.length <= width;
    const line = `${group}${separator}${counts}${separator}${time}`;
    const traffic = trafficLine(summary);
    if (fits) return [`${scenario.padEnd(scenarioWidth)}${separator}${line}`, ...traffic];
    const lines = [...(heading === scenario ? [] : [scenario]), `  ${line}`];
    heading = scenario;
    return [...lines, ...traffic];
  }

  function paintCounts({ counts }: GroupSummary, text: string): string {
    if (counts.failed > 0) return paint("red", text);
    if (counts.broken > 0 || counts.passed === 0 || counts.known) return paint("yellow", text);
    return paint("green", text);
  }
}

function isSkipped({ counts: { passed, failed, broken, skipped, known = 0 } }: GroupSummary): boolean {
  return skipped > 0 && passed + failed + broken + known === 0;
}

function trafficLine({ traffic }: GroupSummary): string[] {
  if (!traffic) return [];
  const { requests, failed, longestGapMs } = traffic;
  const gap = `longest gap ${formatDuration(Math.round(longestGapMs))}`;
  return [`    meanwhile ${requests} requests, ${failed === 0 ? "none" : failed} failed, ${gap}`];
}
