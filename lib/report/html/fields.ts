import { type Content, el, type Markup } from "./markup.ts";

/** Makes a list of labelled texts; those without content are left out. */
export function fields(rows: readonly [label: string, content: Content][]): Markup {
  const filled = rows
    .map(([label, content]) => ({ label, value: el("dd", {}, content) }))
    .filter(({ value }) => value.children.some((child) => child !== ""));
  return el(
    "dl",
    { class: "fields" },
    filled.map(({ label, value }) => [el("dt", {}, label), value]),
  );
}

/** Shows a command in one piece. */
export function command(text: string | undefined): Content {
  return text ? el("pre", {}, el("code", {}, text)) : undefined;
}
