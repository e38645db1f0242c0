import { formatDuration } from "../../../base/duration.ts";
import type { GroupFacts, PathResult, Results } from "../../path-result.ts";
import { type Content, el, type Markup } from "../markup.ts";
import { scrollBox } from "../scroll-box.ts";
import { type Sight, sightOf, sights, signOf } from "../sight.ts";
import { tableHead } from "../table-head.ts";

/** A bar of the waterfall. */
interface Bar {
  startMs: number;
  durationMs: number;
  sight?: Sight;
}

const scaleWidth = 1000;
const mostScenarios = 200;

/** When the run did what: a waterfall of its steps, and below of its scenarios, one bar for each pair of clusters. */
export function timingSection({ spans = [], groups = [], paths, run }: Results): Markup | undefined {
  if (spans.length + groups.length === 0) return undefined;
  const wholeMs = Math.max(
    run.durationMs,
    ...[...spans, ...groups].map(({ startMs, durationMs }) => startMs + durationMs),
    1,
  );
  const worst = worstByGroup(paths);
  // What was skipped took no time.
  const timed = groups.filter(({ durationMs }) => durationMs > 0);
  const scenarios = [...Map.groupBy(timed, ({ scenario }) => scenario)].toSorted(
    ([, one], [, other]) => startOf(one) - startOf(other),
  );
  const shown = scenarios.slice(0, mostScenarios);
  return el(
    "section",
    { id: "timing", "aria-labelledby": "timing-title" },
    el("h2", { id: "timing-title" }, `Where the time went: ${formatDuration(run.durationMs)}`),
    scrollBox(
      "Waterfall of the run",
      el(
        "table",
        { class: "waterfall" },
        el(
          "caption",
          {},
          `Bars run from 0 to ${formatDuration(wholeMs)}; those of scenarios have one part for each pair of clusters.`,
        ),
        tableHead("step or scenario", "begins", "takes", "from the beginning to the end of the run"),
        el(
          "tbody",
          {},
          spans.map((span) => barRow(el("b", {}, span.name), [span], wholeMs)),
          shown.map(([scenario, all]) => {
            const bars = all.map((group) => ({
              ...group,
              ...withSight(worst.get(JSON.stringify([group.scenario, group.group]))),
            }));
            const unwell = sights.find((sight) => sight !== "passed" && bars.some((bar) => bar.sight === sight));
            return barRow(unwell ? `${signOf(unwell)} ${scenario}` : scenario, bars, wholeMs);
          }),
        ),
      ),
    ),
    scenarios.length > shown.length &&
      el("p", { class: "quiet" }, `and ${scenarios.length - shown.length} more scenarios`),
    slowest(groups),
  );
}

function barRow(name: Content, bars: Bar[], wholeMs: number): Markup {
  const startMs = startOf(bars);
  const endMs = Math.max(...bars.map((bar) => bar.startMs + bar.durationMs));
  const at = (ms: number) => Number(((ms / wholeMs) * scaleWidth).toFixed(1));
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, name),
    el("td", { class: "number" }, formatDuration(startMs)),
    el("td", { class: "number" }, formatDuration(endMs - startMs)),
    el(
      "td",
      { class: "bars" },
      el(
        "svg",
        { viewBox: `0 0 ${scaleWidth} 12`, preserveAspectRatio: "none", "aria-hidden": "true" },
        bars.map((bar) =>
          el("rect", {
            x: at(bar.startMs),
            y: 1,
            width: Math.max(2, at(bar.durationMs)),
            height: 10,
            class: bar.sight ? `bar bar-${bar.sight}` : "bar",
          }),
        ),
      ),
    ),
  );
}

/** The groups that took longest, which bars on top of each other do not show. */
function slowest(groups: GroupFacts[]): Content {
  const longest = groups.toSorted((one, other) => other.durationMs - one.durationMs).slice(0, 10);
  if (longest.length === 0) return undefined;
  return el(
    "details",
    {},
    el("summary", {}, "What took longest"),
    el(
      "ol",
      {},
      longest.map(({ scenario, group, durationMs }) =>
        el("li", {}, `${formatDuration(durationMs)}  ${scenario}  ${group}`),
      ),
    ),
  );
}

function worstByGroup(paths: readonly PathResult[]): Map<string, Sight> {
  const groups = Map.groupBy(paths, ({ scenario, group }) => JSON.stringify([scenario, group]));
  return new Map(
    [...groups].flatMap(([key, alike]) => {
      const found = new Set(alike.map(sightOf));
      const worst = sights.find((sight) => found.has(sight));
      return worst ? [[key, worst]] : [];
    }),
  );
}

function withSight(sight: Sight | undefined): { sight?: Sight } {
  return sight ? { sight } : {};
}

function startOf(bars: readonly { startMs: number }[]): number {
  return bars.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY);
}
