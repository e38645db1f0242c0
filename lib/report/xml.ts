import { printable } from "../base/printable.ts";

export interface Element {
  name: string;
  attributes: Record<string, string | number>;
  children: (Element | string)[];
}

/** Makes an element; a string among the children is text. */
export function element(
  name: string,
  attributes: Record<string, string | number>,
  children: (Element | string)[] = [],
): Element {
  return { name, attributes, children };
}

/**
 * Renders a document with its declaration. Elements are indented; text is kept as it is, so an element with text stays on its own
 * line. Characters that XML cannot hold come out in a visible notation.
 *
 * @see https://www.w3.org/TR/xml/#charsets
 */
export function renderXml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement(root, "")}\n`;
}

function renderElement({ name, attributes, children }: Element, indent: string): string {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeAttribute(String(value))}"`),
  ];
  if (children.length === 0) return `${indent}<${start.join(" ")}/>`;
  const elements = children.filter((child) => typeof child !== "string");
  const content =
    elements.length === children.length
      ? `\n${elements.map((child) => renderElement(child, `${indent}  `)).join("\n")}\n${indent}`
      : children.map((child) => (typeof child === "string" ? escapeText(child) : renderElement(child, ""))).join("");
  return `${indent}<${start.join(" ")}>${content}</${name}>`;
}

function escapeText(text: string): string {
  return printable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
