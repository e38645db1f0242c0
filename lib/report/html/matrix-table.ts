import { cellText } from "./cell-lines.ts";
import { type Content, el, joined, type Markup } from "./markup.ts";
import type { Line, Matrix, MatrixCell } from "./matrix.ts";
import { shortName } from "./short-name.ts";
import { describeView, type View } from "./view.ts";

/** Characters of a name that a heading has room for. */
const longestName = 34;

/**
 * Makes the table of a matrix. With `isLive`, clusters can be unfolded (`data-unfold`) and cells opened (`data-cell`, row and column), and one cell
 * is in the order of the Tab key, from where arrow keys lead on.
 */
export function matrixTable(
  matrix: Matrix,
  options: { view: View; unfolded: ReadonlySet<string>; isLive: boolean },
): Markup {
  const { rows, columns, cells } = matrix;
  const { view, unfolded, isLive } = options;
  const isDeep = columns.some(({ node }) => node !== undefined);
  return el(
    "table",
    { class: columns.length > 12 ? "matrix dense" : "matrix", role: isLive ? "grid" : undefined },
    el("caption", {}, `Who reaches whom: ${describeView(view)}. Rows ask, columns are asked.`),
    el("thead", {}, heads()),
    el(
      "tbody",
      {},
      rows.map((row, index) => [
        row.node !== undefined && rows[index - 1]?.cluster !== row.cluster && groupRow(row),
        el(
          "tr",
          {},
          el(
            "th",
            { scope: "row", class: row.node === undefined ? "cluster" : undefined, ...hover(row) },
            row.node === undefined ? clusterName(row, "row") : nodeText(row),
          ),
          (cells[index] ?? []).map((cell, column) => cellOf(cell, index, column)),
        ),
      ]),
    ),
  );

  function heads(): Markup[] {
    const corner = el("td", { rowspan: isDeep ? 2 : undefined, class: "corner" }, "from ↓  to →");
    const first = columns.map((line, index) => {
      if (line.node === undefined)
        return el("th", { scope: "col", rowspan: isDeep ? 2 : undefined }, clusterName(line, "column"));
      if (columns[index - 1]?.cluster === line.cluster) return undefined;
      return el("th", { scope: "colgroup", colspan: countOf(columns, line) }, clusterName(line, "column"));
    });
    const second = columns.map(
      (line) =>
        line.node !== undefined &&
        el("th", { scope: "col", class: "node", ...hover(line) }, el("span", {}, nodeText(line))),
    );
    return [el("tr", {}, corner, first), ...(isDeep ? [el("tr", {}, second)] : [])];
  }

  function groupRow(row: Line): Markup {
    return el(
      "tr",
      { class: "group" },
      el("th", { scope: "rowgroup", colspan: columns.length + 1 }, clusterName(row, "row")),
    );
  }

  function cellOf({ from, to, tally }: MatrixCell, row: number, column: number): Markup {
    const { lines, words, class: name } = cellText(tally, view.metric);
    const isBold = name === "failed" || name === "broken" || name === "known";
    const label = `from ${lineName(from)} to ${lineName(to)}: ${words}`;
    const text = [
      el("span", { class: "spoken" }, label),
      el(
        "span",
        { "aria-hidden": "true" },
        joined(
          lines.map((line, index) => (isBold && index === 0 ? el("b", {}, line) : line)),
          el("br"),
        ),
      ),
    ];
    if (!isLive) return el("td", { class: name }, text);
    const isFirst = row === 0 && column === 0;
    const button = { type: "button", "data-cell": `${row},${column}`, tabindex: isFirst ? 0 : -1, title: label };
    return el("td", { class: name }, el("button", button, text));
  }

  function clusterName(line: Line, end: "row" | "column"): Content {
    const name = line.cluster === "" ? "outside" : shortName(line.cluster, longestName);
    if (!isLive || line.cluster === "") return name;
    const isUnfolded = unfolded.has(line.cluster);
    return el(
      "button",
      {
        type: "button",
        class: "fold",
        "data-unfold": line.cluster,
        "data-end": end,
        // The row's button does the same.
        tabindex: end === "row" ? undefined : -1,
        "aria-expanded": String(isUnfolded),
        "aria-label": line.cluster,
        title: line.cluster,
      },
      el("span", { "aria-hidden": "true" }, isUnfolded ? "▾ " : "▸ "),
      name,
    );
  }
}

/** Names a row or column in words. */
export function lineName({ cluster, node }: Line): string {
  if (cluster === "") return "outside";
  return node === undefined ? cluster : `${cluster}, ${nodeName({ cluster, node })}`;
}

/** Whole names for whoever points at a shortened one. */
function hover(line: Line): { title?: string } {
  return lineName(line).length > longestName ? { title: lineName(line) } : {};
}

function nodeText(line: Line): string {
  return shortName(nodeName(line), longestName);
}

function nodeName({ node }: Line): string {
  return node || "no single node";
}

function countOf(lines: readonly Line[], { cluster }: Line): number {
  return lines.filter((line) => line.cluster === cluster).length;
}
