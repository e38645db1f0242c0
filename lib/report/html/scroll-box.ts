import { type Content, el, type Markup } from "./markup.ts";

/** Puts what may be wider than the page into a box that scrolls, also with the keyboard; `label` names it for who hears the page. */
export function scrollBox(label: string, ...content: Content[]): Markup {
  return el("div", { class: "scrolls", tabindex: 0, role: "group", "aria-label": label }, content);
}
