const steps: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * Moves the focus from cell to cell by arrow keys, to the ends of a row by Home and End. The cell that has it is the one that the Tab key
 * comes back to.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export function moveInGrid(table: HTMLElement, event: KeyboardEvent): void {
  const here = event.target instanceof HTMLElement ? event.target.dataset["cell"] : undefined;
  if (here === undefined) return;
  const [row = 0, column = 0] = here.split(",").map(Number);
  const cells = [...table.querySelectorAll<HTMLElement>("[data-cell]")];
  const [down, right] = steps[event.key] ?? [];
  const inRow = cells.filter(({ dataset }) => dataset["cell"]?.startsWith(`${row},`));
  const next =
    event.key === "Home"
      ? inRow[0]
      : event.key === "End"
        ? inRow.at(-1)
        : down === undefined || right === undefined
          ? undefined
          : cells.find(({ dataset }) => dataset["cell"] === `${row + down},${column + right}`);
  if (!next) return;
  event.preventDefault();
  for (const cell of cells) cell.tabIndex = cell === next ? 0 : -1;
  next.focus();
}
