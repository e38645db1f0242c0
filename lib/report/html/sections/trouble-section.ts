import type { Results } from "../../path-result.ts";
import { command, fields } from "../fields.ts";
import { el, joined, type Markup } from "../markup.ts";
import { mark } from "../sight.ts";

/** What kept the run from looking outside of any path, and required scenarios that were not looked at. Undefined where nothing did. */
export function troubleSection({ troubles, uncovered = [] }: Results): Markup | undefined {
  if (troubles.length + uncovered.length === 0) return undefined;
  return el(
    "section",
    { id: "troubles", "aria-labelledby": "troubles-title" },
    el("h2", { id: "troubles-title" }, "What kept the run from looking"),
    troubles.map(({ cluster, object, message, cure }) =>
      el(
        "article",
        { class: "finding whole" },
        el("h3", {}, mark("broken", "trouble"), ` ${[cluster, object].filter(Boolean).join(" ")}`),
        fields([
          ["what", joined(message.split("\n"), el("br"))],
          ["cure", command(cure)],
        ]),
      ),
    ),
    uncovered.map(({ scenario, where = "everywhere", reason }) =>
      el(
        "article",
        { class: "finding whole" },
        el("h3", {}, mark("broken", "required and not looked at"), ` ${scenario}`),
        fields([
          ["where", where],
          ["reason", reason],
        ]),
      ),
    ),
  );
}
