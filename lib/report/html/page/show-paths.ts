import { el } from "../markup.ts";
import type { PagePath } from "../page-path.ts";
import { pathTable } from "../path-table.ts";
import { scrollBox } from "../scroll-box.ts";
import { toDom } from "./to-dom.ts";

const step = 100;

/** Fills an element with a table of paths, a hundred at first, with a button for more. */
export function showPaths(place: HTMLElement, paths: readonly PagePath[], title: string, most = step): void {
  const shown = Math.min(most, paths.length);
  const caption =
    shown < paths.length ? `${title}: the first ${shown} of ${paths.length}` : `${title}: ${paths.length}`;
  place.replaceChildren(toDom(scrollBox(`Table: ${title}`, pathTable(paths, { most, caption }))));
  if (shown === paths.length) return;
  const more = toDom(el("button", { type: "button" }, `Show ${Math.min(step, paths.length - shown)} more`));
  more.addEventListener("click", () => {
    showPaths(place, paths, title, most + step);
    place.querySelector<HTMLElement>(`tbody tr:nth-child(${shown + 1}) td`)?.scrollIntoView({ block: "nearest" });
    place.querySelector("button")?.focus();
  });
  place.append(more);
}
