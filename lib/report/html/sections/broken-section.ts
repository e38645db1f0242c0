import { placesOf } from "../../skip-lines.ts";
import type { ClusterFacts, PathResult, Results } from "../../path-result.ts";
import { type Content, el, type Markup } from "../markup.ts";
import type { PathLists } from "../path-lists.ts";
import { mark, type Sight } from "../sight.ts";

/** Reasons that have a line; the paths of others are counted. */
const mostReasons = 80;

/** Paths that could not be looked at, once per reason. Undefined where there are none. */
export function brokenSection({ paths }: Results, lists: PathLists): Markup | undefined {
  const broken = paths.filter(({ verdict }) => verdict === "broken");
  if (broken.length === 0) return undefined;
  return el(
    "section",
    { id: "broken", "aria-labelledby": "broken-title" },
    el(
      "h2",
      { id: "broken-title" },
      `Could not be looked at: ${broken.length} ${broken.length === 1 ? "path" : "paths"}`,
    ),
    el("p", { class: "quiet" }, "Nothing is known of these: they count neither as passed nor as blocked."),
    byReason(broken, "broken", lists),
  );
}

/** What was skipped and which nodes were left out, once per reason. Undefined where there is neither. */
export function skipSection({ paths, clusters }: Results, lists: PathLists): Markup | undefined {
  const skipped = paths.filter(({ verdict }) => verdict === "skipped");
  const left = notTested(clusters);
  if (skipped.length === 0 && left === undefined) return undefined;
  return el(
    "section",
    { id: "skips", "aria-labelledby": "skips-title" },
    el("h2", { id: "skips-title" }, "Not looked at, on purpose"),
    skipped.length > 0 && byReason(skipped, "skipped", lists),
    left,
  );
}

function byReason(paths: PathResult[], sight: Sight, lists: PathLists): Content {
  const reasons = [...Map.groupBy(paths, ({ reason = "no reason given" }) => reason)].toSorted(
    ([, one], [, other]) => other.length - one.length,
  );
  const rest = reasons.slice(mostReasons).flatMap(([, alike]) => alike);
  return el(
    "ul",
    { class: "reasons" },
    reasons.slice(0, mostReasons).map(([reason, alike]) =>
      el(
        "li",
        { class: "whole" },
        mark(sight, String(alike.length)),
        el("b", {}, ` ${reason}`),
        placesOf(alike).map(({ scenarios, places }) =>
          el("div", {}, scenarios.join(", "), el("span", { class: "quiet" }, ` in ${places}`)),
        ),
        sight === "broken" && lists.button(alike, "show the paths"),
      ),
    ),
    rest.length > 0 &&
      el(
        "li",
        {},
        `and ${rest.length} paths for other reasons: see results.json`,
        lists.button(rest, "show the paths"),
      ),
  );
}

function notTested(clusters: ClusterFacts[]): Content {
  const left = clusters.flatMap(({ context, nodes }) =>
    nodes.filter(({ chosen }) => !chosen).map(({ name, reason = "no reason given" }) => ({ context, name, reason })),
  );
  if (left.length === 0) return undefined;
  return [
    el("h3", {}, `Nodes that were not tested: ${left.length}`),
    el(
      "ul",
      { class: "reasons" },
      [...Map.groupBy(left, ({ reason }) => reason)].map(([reason, alike]) =>
        el(
          "li",
          {},
          mark("skipped", String(alike.length)),
          el("b", {}, ` ${reason}`),
          el("div", {}, alike.map(({ context, name }) => `${context}/${name}`).join(", ")),
        ),
      ),
    ),
  ];
}
