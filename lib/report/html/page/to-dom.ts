import { printable } from "../../../base/printable.ts";
import type { Markup } from "../markup.ts";

/** Makes nodes of a document out of elements. Text stays text, whatever it looks like. */
export function toDom(markup: Markup | string): Node {
  if (typeof markup === "string") return document.createTextNode(printable(markup));
  const element = document.createElement(markup.name);
  for (const [name, value] of Object.entries(markup.attributes)) element.setAttribute(name, printable(value));
  element.append(...markup.children.map(toDom));
  return element;
}
