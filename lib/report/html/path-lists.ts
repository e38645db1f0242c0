import type { PathResult } from "../path-result.ts";
import { el, type Markup } from "./markup.ts";

/** Lists of paths that the page can unfold, by their indices in the results. */
export interface PathLists {
  lists: number[][];
  /** Makes a button that unfolds these paths below it; it has no effect, and is not shown, without the page's script. */
  button(paths: readonly PathResult[], words: string): Markup;
}

/** Gathers the lists of paths that a page unfolds. */
export function pathLists(all: readonly PathResult[]): PathLists {
  const indexOf = new Map(all.map((path, index) => [path, index]));
  const lists: number[][] = [];
  return {
    lists,
    button(paths, words) {
      const number = lists.push(paths.flatMap((path) => indexOf.get(path) ?? [])) - 1;
      return el(
        "div",
        { class: "unfolds live" },
        el("button", { type: "button", "data-list": number, "aria-expanded": "false" }, words),
      );
    },
  };
}
