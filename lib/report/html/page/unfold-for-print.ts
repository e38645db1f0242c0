import type { LiveMatrix } from "./live-matrix.ts";

/** Unfolds for paper what can be clicked on a screen only, and folds it again afterwards. */
export function unfoldForPrint(matrix: LiveMatrix): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const details of opened) details.open = true;
    matrix.unfoldForPaper();
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    matrix.foldAgain();
  });
}
