import { printable } from "../../base/printable.ts";

/** Writes a text, also one that came from a cluster, so that Markdown shows it in one line and reads nothing into it. */
export function markdownText(text: string): string {
  return printable(text)
    .replaceAll("\n", " ")
    .replaceAll(/[\\`*_[\]<>|#~!]/g, String.raw`\$&`);
}
