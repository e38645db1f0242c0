import type { Markup } from "./markup.ts";
import { escapeHtml } from "./shell.ts";

const empty = new Set(["br", "col", "hr", "img", "input"]);

/** Renders elements as HTML. All text and all values of attributes are escaped. */
export function renderMarkup(markup: Markup | string): string {
  if (typeof markup === "string") return escapeHtml(markup);
  const { name, attributes, children } = markup;
  const start = [name, ...Object.entries(attributes).map(renderAttribute)].join(" ");
  return empty.has(name) ? `<${start}>` : `<${start}>${children.map(renderMarkup).join("")}</${name}>`;
}

function renderAttribute([name, value]: [string, string]): string {
  return value === "" ? name : `${name}="${escapeHtml(value)}"`;
}
