import { markdownCode, markdownText } from "./markdown.ts";
import { changes, type Comparison, type KnownIssue } from "./path-result.ts";

/** Lists how a run differs from its baseline, in Markdown: which one that is, what makes it hard to compare, then each change. */
export function changedRows(comparison: Comparison): string[] {
  const { baseline, matchedBy, remarks, compared, slower, failOn } = comparison;
  const sorted = comparison.changes.toSorted(
    (one, other) => changes.indexOf(one.change) - changes.indexOf(other.change),
  );
  const by = matchedBy === "role" ? ", matched by role" : "";
  const strict = failOn.length === 0 ? "" : `; these keep it from passing: ${failOn.join(", ")}`;
  return [
    `- with ${markdownCode(baseline.run)} of ${baseline.startedAt} (${markdownText(baseline.verdict)}): ${compared} paths compared${by}${strict}`,
    ...remarks.map((remark) => `- ${markdownText(remark)}`),
    ...sorted.map(({ change, id, text }) => `- **${change}** ${markdownCode(id)}: ${markdownText(text)}`),
    ...slower.map(
      ({ scenario, group, pairs, ratio, lowest, alpha, beforeMs, afterMs }) =>
        `- **slower** ${markdownCode(scenario)} ${markdownText(group)}: ${ratio.toFixed(2)} times over ${pairs} paths, at least ${lowest.toFixed(2)} times with an error probability of ${alpha}; median ${beforeMs} ms, now ${afterMs} ms`,
    ),
  ];
}

/** Lists known issues in Markdown, those that somebody must look at first. */
export function knownRows(issues: readonly KnownIssue[]): string[] {
  const order: KnownIssue["state"][] = ["expired", "not-failing", "failing", "not-asked"];
  return issues
    .toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
    .map(
      ({ id, reason, expires, state, paths }) =>
        `- **${state}** ${markdownCode(id)}: ${markdownText(reason)}; until ${expires}, ${paths} failed paths`,
    );
}
