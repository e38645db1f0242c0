/**
 * Aligns rows of cells into lines: every column but the last is padded to its widest cell.
 *
 * Rows may have different lengths; no cell is ever cut. Lines come back in the order of the rows, without trailing blanks.
 * `separator` stands between two columns, three blanks by default; `right` names columns (from 0) that are aligned to the right.
 */
export function alignColumns(rows: string[][], options: { separator?: string; right?: number[] } = {}): string[] {
  const { separator = "   ", right = [] } = options;
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row) => row.map(padded).join(separator).trimEnd());

  function padded(cell: string, column: number): string {
    const width = widths[column] ?? 0;
    return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
  }
}
