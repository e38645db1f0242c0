import { el, type Markup } from "./markup.ts";

/** Makes the head of a table out of the titles of its columns. */
export function tableHead(...titles: string[]): Markup {
  return el(
    "thead",
    {},
    el(
      "tr",
      {},
      titles.map((title) => el("th", { scope: "col" }, title)),
    ),
  );
}
