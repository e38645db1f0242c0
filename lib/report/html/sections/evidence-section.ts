import type { Results } from "../../path-result.ts";
import { el, type Markup } from "../markup.ts";
import { reportLink } from "../report-link.ts";

/** What was gathered before the run was removed from the clusters, file by file, and what of it was left out. Undefined without any. */
export function evidenceSection({ evidence = [] }: Results): Markup | undefined {
  if (evidence.length === 0) return undefined;
  return el(
    "section",
    { id: "evidence", "aria-labelledby": "evidence-title" },
    el("h2", { id: "evidence-title" }, "Evidence"),
    evidence.map(({ folder, about, paths, files, cut }) =>
      el(
        "div",
        { class: "whole" },
        el(
          "h3",
          {},
          about,
          el("span", { class: "quiet" }, ` ${paths.length} ${paths.length === 1 ? "path" : "paths"}, `),
          el("a", { href: reportLink(folder) }, folder),
        ),
        el(
          "ul",
          { class: "files" },
          files.map(({ name, about: what }) =>
            el("li", {}, el("a", { href: reportLink(folder, name) }, name), ` ${what}`),
          ),
        ),
        cut.length > 0 &&
          el(
            "ul",
            { class: "quiet" },
            cut.map((text) => el("li", {}, text)),
          ),
      ),
    ),
  );
}
