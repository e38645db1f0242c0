import type { KnownIssue, Results } from "../../path-result.ts";
import { el, type Markup } from "../markup.ts";
import type { PathLists } from "../path-lists.ts";
import { scrollBox } from "../scroll-box.ts";
import { mark, type Sight } from "../sight.ts";
import { tableHead } from "../table-head.ts";
import { webLink } from "../web-link.ts";

const sightOfState: Record<KnownIssue["state"], Sight> = {
  failing: "known",
  "not-failing": "passed",
  "not-asked": "skipped",
  expired: "failed",
};

/** The known issues, and what became of each. Undefined without any. */
export function knownSection({ knownIssues = [], paths }: Results, lists: PathLists): Markup | undefined {
  if (knownIssues.length === 0) return undefined;
  return el(
    "section",
    { id: "known", "aria-labelledby": "known-title" },
    el("h2", { id: "known-title" }, "Known issues"),
    scrollBox(
      "Table of known issues",
      el(
        "table",
        {},
        el(
          "caption",
          {},
          "Failed paths that an entry covers count as known, not as findings, until the entry expires.",
        ),
        tableHead("state", "id or pattern", "reason", "expires", "failed paths"),
        el(
          "tbody",
          {},
          knownIssues.map(({ id, reason, link, expires, state, paths: count }) => {
            const covered = paths.filter(({ known }) => known?.id === id && known.reason === reason);
            return el(
              "tr",
              {},
              el("td", {}, mark(sightOfState[state], state.replace("-", " "))),
              el("th", { scope: "row", class: "mono" }, id),
              el("td", {}, reason, link !== undefined && el("div", {}, webLink(link))),
              el("td", { class: "nowrap" }, expires),
              el("td", {}, String(count), covered.length > 0 && lists.button(covered, "show them")),
            );
          }),
        ),
      ),
    ),
  );
}
