import { printable } from "../base/printable.ts";
import type { Paint, Style } from "../base/colour.ts";
import { field } from "./field.ts";
import type { Layout } from "./finding.ts";
import type { KnownIssue } from "./path-result.ts";

/** Prints what has become of each known issue: what it covers, and whether it is time to take it out. Empty for none. */
export function knownIssueLines(issues: readonly KnownIssue[], { width, paint }: Layout): string[] {
  return issues.flatMap(({ id, reason, link, ...issue }) => [
    "",
    `KNOWN ISSUE  ${printable(id)}   ${stateText(issue, paint)}`,
    ...field("reason", reason, { width }),
    ...field("link", link),
  ]);
}

function stateText({ state, paths, expires }: Pick<KnownIssue, "state" | "paths" | "expires">, paint: Paint): string {
  const [style, text] = wordsFor[state](paths, expires);
  return paint(style, text);
}

const wordsFor: Record<KnownIssue["state"], (paths: number, expires: string) => [Style, string]> = {
  failing: (paths, expires) => ["yellow", `${count(paths)} by it, until ${expires}`],
  "not-failing": () => ["yellow", "does not fail any more: take it out"],
  "not-asked": () => ["dim", "could not be seen: nothing of it failed, and not all of it was looked at"],
  expired: (paths, expires) => [
    paths > 0 ? "red" : "yellow",
    paths > 0
      ? `expired on ${expires}: ${count(paths)} and ${paths === 1 ? "counts" : "count"}`
      : `expired on ${expires}: take it out`,
  ],
};

function count(paths: number): string {
  return `${paths} ${paths === 1 ? "path fails" : "paths fail"}`;
}
