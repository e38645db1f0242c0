import { el, type Markup } from "../markup.ts";
import { type MatrixCluster, matrixOf } from "../matrix.ts";
import { matrixTable } from "../matrix-table.ts";
import type { PagePath } from "../page-path.ts";
import { wholeView } from "../view.ts";

/** Who reaches whom. Without the page's script it is the table of all clusters. Undefined where there is nothing to show. */
export function matrixSection(paths: readonly PagePath[], clusters: readonly MatrixCluster[]): Markup | undefined {
  if (paths.length === 0) return undefined;
  const table = matrixTable(matrixOf(paths, clusters), { view: wholeView, unfolded: new Set(), isLive: false });
  return el(
    "section",
    { id: "matrix", "aria-labelledby": "matrix-title" },
    el("h2", { id: "matrix-title" }, "Matrix"),
    el("div", { id: "matrix-switches", class: "live" }),
    el("p", { id: "matrix-status", role: "status", class: "quiet live" }),
    el(
      "div",
      { id: "matrix-table", class: "scrolls", tabindex: 0, role: "region", "aria-label": "Table of the matrix" },
      table,
    ),
    el(
      "p",
      { class: "quiet" },
      "✓ passed, ✗ failed, ! could not be looked at, k failed and known, – skipped, · nothing asked.",
      el("span", { class: "live" }, " A cell opens its paths; arrow keys lead from cell to cell."),
      " Percentiles are over the attempts that went as promised, denials left out; max: there are too few for another value than the largest. Loss is the part of all attempts that did not, also before a path converged.",
    ),
    el("div", { id: "matrix-paths" }),
  );
}
