import { changedRows } from "../summary-changes.ts";
import { markdownCode } from "../markdown.ts";
import type { Comparison } from "../path-result.ts";

/** Writes a comparison of a run with its baseline as a page of Markdown. */
export function comparisonMarkdown(comparison: Comparison, run: string): string {
  const nothing = comparison.changes.length + comparison.slower.length === 0;
  const lines = [
    `# meshgate: what changed in ${markdownCode(run)}`,
    "",
    ...changedRows(comparison),
    ...(nothing ? ["- nothing changed"] : []),
  ];
  return `${lines.join("\n")}\n`;
}
