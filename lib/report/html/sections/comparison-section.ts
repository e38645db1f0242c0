import { formatDuration } from "../../../base/duration.ts";
import type { Change, Comparison, Results, Slower } from "../../path-result.ts";
import { type Content, el, type Markup } from "../markup.ts";
import { scrollBox } from "../scroll-box.ts";
import { mark, type Sight } from "../sight.ts";
import { tableHead } from "../table-head.ts";

const order: Change["change"][] = ["regressed", "uncovered", "flaky", "fixed", "new"];
const sightOfChange: Record<Change["change"], Sight> = {
  regressed: "failed",
  uncovered: "skipped",
  flaky: "broken",
  fixed: "passed",
  new: "known",
};
const mostOfEach = 30;

/** What changed since the baseline, worst first. Undefined without one. */
export function comparisonSection({ comparison }: Results): Markup | undefined {
  if (!comparison) return undefined;
  const { changes, slower } = comparison;
  const byChange = Map.groupBy(changes, ({ change }) => change);
  return el(
    "section",
    { id: "comparison", "aria-labelledby": "comparison-title" },
    el("h2", { id: "comparison-title" }, "Compared with the baseline"),
    facts(comparison),
    changes.length + slower.length === 0 && el("p", {}, "No path changed, and no group of them is slower."),
    order.map((change) => changesOf(change, byChange.get(change) ?? [])),
    slower.length > 0 && slowerTable(slower),
  );
}

function facts({ baseline, matchedBy, compared, remarks, failOn }: Comparison): Content {
  const { run, startedAt, verdict, paths } = baseline;
  return [
    el(
      "p",
      {},
      `Baseline: run ${run} of ${startedAt.slice(0, 10)}, ${verdict}, ${paths} paths. ${compared} paths passed, failed or broke in both.`,
      failOn.length > 0 && ` The run does not pass with: ${failOn.join(", ")}.`,
    ),
    el(
      "p",
      {},
      matchedBy === "id"
        ? "Paths were matched by their ids."
        : [
            el("b", {}, "Matched by role:"),
            " the runs have other nodes or clusters, so that paths were compared with those that ask the same there.",
          ],
    ),
    remarks.length > 0 &&
      el(
        "ul",
        {},
        remarks.map((remark) => el("li", {}, remark)),
      ),
  ];
}

function changesOf(change: Change["change"], all: Change[]): Content {
  if (all.length === 0) return undefined;
  return [
    el("h3", {}, mark(sightOfChange[change], change), ` ${all.length} ${all.length === 1 ? "path" : "paths"}`),
    scrollBox(
      `Table: ${change}`,
      el(
        "table",
        { class: "changes" },
        tableHead("path", "before → now", "what was seen"),
        el(
          "tbody",
          {},
          all
            .slice(0, mostOfEach)
            .map(({ id, before, after, text, known }) =>
              el(
                "tr",
                {},
                el("th", { scope: "row", class: "mono" }, id),
                el("td", {}, before ? mark(before) : "not there", " → ", after ? mark(after) : "not there"),
                el("td", {}, known && [mark("known", "known issue"), " "], text),
              ),
            ),
        ),
      ),
    ),
    all.length > mostOfEach && el("p", { class: "quiet" }, `and ${all.length - mostOfEach} more: see results.json`),
  ];
}

function slowerTable(slower: Slower[]): Content {
  return [
    el("h3", {}, mark("failed", "slower"), ` ${slower.length} ${slower.length === 1 ? "group" : "groups"} of paths`),
    scrollBox(
      "Table: slower",
      el(
        "table",
        {},
        el(
          "caption",
          {},
          "Latency path by path, now against the baseline: at least so many times as long, with the stated chance of error, and more than the times by which groups vary between these two runs",
        ),
        tableHead(
          "scenario",
          "clusters",
          "paths",
          "median before",
          "median now",
          "times",
          "at least",
          "groups vary by",
        ),
        el(
          "tbody",
          {},
          slower
            .slice(0, mostOfEach)
            .map(({ scenario, group, pairs, beforeMs, afterMs, ratio, lowest, alpha, varies }) =>
              el(
                "tr",
                {},
                el("th", { scope: "row" }, scenario),
                el("td", {}, group),
                el("td", { class: "number" }, pairs),
                el("td", { class: "number" }, formatDuration(beforeMs)),
                el("td", { class: "number" }, formatDuration(afterMs)),
                el("td", { class: "number" }, ratio.toFixed(2)),
                el(
                  "td",
                  { class: "number" },
                  `${lowest.toFixed(2)} (error 1 in ${Math.round(1 / alpha).toLocaleString("en")})`,
                ),
                el("td", { class: "number" }, varies === undefined ? "not known" : varies.toFixed(2)),
              ),
            ),
        ),
      ),
    ),
  ];
}
