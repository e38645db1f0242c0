import { formatDuration } from "../../base/duration.ts";
import { percentile } from "../percentile.ts";
import { el, type Markup } from "./markup.ts";
import type { PagePath, PathEnd } from "./page-path.ts";
import { mark, sights } from "./sight.ts";
import { tableHead } from "./table-head.ts";

/** Makes a table of paths, the worst first; of the first `most` of them. */
export function pathTable(paths: readonly PagePath[], { most, caption }: { most: number; caption: string }): Markup {
  const ordered = sights.flatMap((wanted) => paths.filter(({ sight }) => sight === wanted));
  return el(
    "table",
    { class: "paths" },
    el("caption", {}, caption),
    tableHead("verdict", "path", "as promised", "median latency"),
    el("tbody", {}, ordered.slice(0, most).map(pathRow)),
  );
}

function pathRow(path: PagePath): Markup {
  const { id, scenario, from, to, protocol, sight, attempts, asExpected, latenciesMs, expected, saw, reason } = path;
  const median = percentile(
    latenciesMs.toSorted((one, other) => one - other),
    0.5,
  );
  return el(
    "tr",
    {},
    el("td", {}, mark(sight)),
    el(
      "td",
      {},
      el("div", {}, `${scenario}: ${endName(from)} → ${endName(to)} ${protocol}`),
      sight !== "passed" && el("div", {}, el("b", {}, "expected "), expected),
      saw !== undefined && el("div", {}, el("b", {}, "saw "), saw),
      reason !== undefined && el("div", {}, el("b", {}, "reason "), reason),
      el("div", { class: "mono quiet" }, id),
    ),
    el("td", { class: "number" }, attempts === 0 ? "not asked" : `${asExpected} of ${attempts}`),
    el("td", { class: "number" }, median ? formatDuration(median.value) : "–"),
  );
}

function endName({ cluster, node, name }: PathEnd): string {
  return [cluster, node, name].filter(Boolean).join("/");
}
