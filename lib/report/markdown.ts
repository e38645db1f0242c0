import { printable } from "../base/printable.ts";

/**
 * Writes a text so that GitHub-flavoured Markdown shows it as it is, on one line, also in a cell of a table: nothing in it begins a link,
 * emphasis, code, HTML, an entity or another cell. More than 1,000 characters are cut off.
 *
 * @see https://github.github.com/gfm/#backslash-escapes
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_{}[\]()<>#|~&!$@]/g, String.raw`\$&`)
    .replaceAll(/^[-+]|(?<=^\d+)\.(?= |$)|:(?=\/\/)|(?<=www)\./g, String.raw`\$&`);
}

/**
 * Writes a text as code within a line. Backticks inside are no end of it. An empty text comes back as it is.
 *
 * @see https://github.github.com/gfm/#code-spans
 */
export function markdownCode(text: string): string {
  const line = oneLine(text);
  if (line === "") return "";
  const fence = "`".repeat(longestRun(line) + 1);
  const gap = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${gap}${line}${gap}${fence}`;
}

/** Writes lines of text as a block of code of their own. Backticks inside are no end of it. */
export function markdownBlock(content: string): string {
  const text = printable(content);
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

/** Writes what folds open: `summary` is text, `body` is Markdown. */
export function markdownFold(summary: string, body: string): string {
  return `<details><summary>${htmlText(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** Writes one row of a table out of cells that are Markdown already. In a table a bar ends the cell even within code. */
export function markdownRow(cells: (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll(/(?<!\\)\|/g, String.raw`\|`)).join(" | ")} |`;
}

/** Markdown is not read inside of an HTML block, so that only HTML has to be escaped. */
function htmlText(text: string): string {
  return oneLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Longer ones would fill a summary alone. */
const longestText = 1000;

function oneLine(text: string): string {
  const line = printable(text).replaceAll(/\s+/g, " ").trim();
  return line.length > longestText ? `${line.slice(0, longestText)}…`.toWellFormed() : line;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
