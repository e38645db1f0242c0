import { el } from "../markup.ts";
import { type Matrix, type MatrixCell, type MatrixCluster, matrixOf } from "../matrix.ts";
import { lineName, matrixTable } from "../matrix-table.ts";
import type { PagePath } from "../page-path.ts";
import { sights } from "../sight.ts";
import { switches } from "../switches.ts";
import { tally } from "../tally.ts";
import { describeView, type Metric, pathsInView, type View, wholeView } from "../view.ts";
import { moveInGrid } from "./move-in-grid.ts";
import { placeOf } from "./place-of.ts";
import { showPaths } from "./show-paths.ts";
import { toDom } from "./to-dom.ts";

/** The matrix of the page, as print needs it. */
export interface LiveMatrix {
  /** Unfolds the clusters that something is wrong with, where that fits on paper. */
  unfoldForPaper(): void;
  foldAgain(): void;
}

/** Rows or columns that a sheet has room for. */
const mostOnPaper = 20;

/** Brings the matrix to life: switches, clusters that unfold, cells that show their paths. */
export function liveMatrix(paths: readonly PagePath[], clusters: readonly MatrixCluster[]): LiveMatrix {
  const table = placeOf("matrix-table");
  const form = toDom(switches(paths)) as HTMLFormElement;
  let view: View = wholeView;
  let unfolded: ReadonlySet<string> = new Set();
  let matrix: Matrix;
  let open: MatrixCell | undefined;

  placeOf("matrix-switches").append(form);
  form.addEventListener("change", () => {
    view = viewOf(form);
    draw();
    say();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", ({ target }) => {
    const fold = target instanceof HTMLElement ? target.dataset["fold"] : undefined;
    if (fold !== undefined) unfold(new Set(fold === "none" ? clusters.map(({ name }) => name) : []));
  });
  table.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("button") : null;
    const { unfold: cluster, cell } = button?.dataset ?? {};
    if (cluster !== undefined) unfold(unfolded.symmetricDifference(new Set([cluster])));
    if (cell !== undefined) openCell(cell);
  });
  table.addEventListener("keydown", (event) => moveInGrid(table, event));
  placeOf("matrix-paths").addEventListener("keydown", ({ key }) => {
    if (key === "Escape") closeCell();
  });
  table.removeAttribute("tabindex");
  draw();

  let before = unfolded;
  return {
    unfoldForPaper() {
      before = unfolded;
      const unwell = new Set(
        paths.filter(({ sight }) => sight === "failed").flatMap(({ from, to }) => [from.cluster, to.cluster]),
      );
      const { rows, columns } = matrixOf(paths, clusters, unwell);
      if (Math.max(rows.length, columns.length) <= mostOnPaper) unfold(unfolded.union(unwell));
    },
    foldAgain: () => unfold(before),
  };

  function draw(): void {
    const focused = keyOf(document.activeElement);
    matrix = matrixOf(pathsInView(paths, view), clusters, unfolded);
    table.replaceChildren(toDom(matrixTable(matrix, { view, unfolded, isLive: true })));
    if (focused) table.querySelector<HTMLElement>(focused)?.focus();
    const again = matrix.cells.flat().find((cell) => open && sameCell(cell, open));
    if (open && again) list(again);
    else close();
  }

  function unfold(wanted: ReadonlySet<string>): void {
    unfolded = wanted;
    draw();
  }

  function say(): void {
    const { counts, paths: count } = tally(matrix.cells.flat().flatMap((cell) => cell.paths));
    const parts = sights.filter((sight) => counts[sight] > 0).map((sight) => `${counts[sight]} ${sight}`);
    placeOf("matrix-status").textContent =
      `${describeView(view)}: ${count} of ${paths.length} paths; ${parts.join(", ") || "none"}`;
  }

  function openCell(key: string): void {
    const [row, column] = key.split(",").map(Number);
    const cell = matrix.cells[row ?? 0]?.[column ?? 0];
    if (!cell) return;
    list(cell);
    placeOf("cell-title").focus();
  }

  function list(cell: MatrixCell): void {
    open = cell;
    const place = placeOf("matrix-paths");
    const title = `From ${lineName(cell.from)} to ${lineName(cell.to)}`;
    const shut = toDom(el("button", { type: "button" }, "Back to the matrix"));
    shut.addEventListener("click", closeCell);
    const listed = toDom(el("div")) as HTMLElement;
    showPaths(listed, cell.paths, `Paths, ${describeView(view)}`);
    place.replaceChildren(toDom(el("h3", { id: "cell-title", tabindex: -1 }, title)), shut, listed);
  }

  function close(): void {
    open = undefined;
    placeOf("matrix-paths").replaceChildren();
  }

  function closeCell(): void {
    const cell = open;
    close();
    const [row, column] = cell ? placeIn(matrix, cell) : [0, 0];
    table.querySelector<HTMLElement>(`[data-cell="${row},${column}"]`)?.focus();
  }
}

function viewOf(form: HTMLFormElement): View {
  const fields = new FormData(form);
  const text = (name: string) => {
    const value = fields.get(name);
    return typeof value === "string" ? value : "";
  };
  return {
    scenario: text("scenario"),
    protocol: text("protocol"),
    family: text("family"),
    metric: text("metric") as Metric,
  };
}

function sameCell(one: MatrixCell, other: MatrixCell): boolean {
  return JSON.stringify([one.from, one.to]) === JSON.stringify([other.from, other.to]);
}

function placeIn({ cells }: Matrix, wanted: MatrixCell): [number, number] {
  const row = cells.findIndex((line) => line.some((cell) => sameCell(cell, wanted)));
  return [row, cells[row]?.findIndex((cell) => sameCell(cell, wanted)) ?? -1];
}

/** A selector that finds the same button after the table was drawn anew. */
function keyOf(element: Element | null): string | undefined {
  const { unfold, end, cell } = element instanceof HTMLElement ? element.dataset : {};
  if (unfold !== undefined) return `[data-unfold="${CSS.escape(unfold)}"][data-end="${end}"]`;
  return cell === undefined ? undefined : `[data-cell="${cell}"]`;
}
