import type { PagePath } from "../page-path.ts";
import { showPaths } from "./show-paths.ts";

/** Lets the buttons of the page that have a list unfold its paths below themselves, and fold them again. */
export function liveLists(paths: readonly PagePath[], lists: readonly number[][]): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("button[data-list]") : null;
    if (!button?.parentElement) return;
    const isOpen = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) {
      button.nextElementSibling?.remove();
      return;
    }
    const place = document.createElement("div");
    button.after(place);
    const listed = (lists[Number(button.dataset["list"])] ?? []).flatMap((index) => paths[index] ?? []);
    showPaths(place, listed, "Paths");
  });
}
