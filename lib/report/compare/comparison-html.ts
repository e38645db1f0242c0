import { escapeHtml, htmlPage } from "../html/shell.ts";
import { type Change, changes as changeKinds, type ChangeKind, type Comparison, type Slower } from "../path-result.ts";
import { baselineText, changeWords } from "./comparison-lines.ts";

/** Looks of the shell, by what a change means. */
const classes: Record<ChangeKind, string> = {
  regressed: "failed",
  fixed: "passed",
  new: "skipped",
  uncovered: "skipped",
  flaky: "broken",
};

/** Makes a self-contained page of a comparison of a run with its baseline. */
export function comparisonHtml(comparison: Comparison, run: string): string {
  const { remarks, changes, slower, failOn } = comparison;
  const title = `meshgate: what changed in ${run}`;
  const kinds = changeKinds.filter((kind) => changes.some(({ change }) => change === kind));
  const body = `<main id="content">
<h1>${escapeHtml(title)}</h1>
<p>Baseline: ${escapeHtml(baselineText(comparison))}.</p>
<p>${failOn.length === 0 ? "No kind of change keeps the run from passing." : `What keeps the run from passing: ${failOn.join(", ")}.`}</p>
${remarks.length === 0 ? "" : `<h2>What makes them hard to compare</h2>\n<ul>${remarks.map((remark) => `<li>${escapeHtml(remark)}</li>`).join("")}</ul>`}
${kinds
  .map((kind) =>
    changesOf(
      kind,
      changes.filter(({ change }) => change === kind),
    ),
  )
  .join("\n")}
${slower.length === 0 ? "" : slowerTable(slower)}
</main>`;
  return htmlPage({ title, body });
}

function changesOf(kind: ChangeKind, ofKind: Change[]): string {
  const rows = ofKind.map(
    ({ id, before, after, text, known }) =>
      `<tr><th scope="row" class="mono">${escapeHtml(id)}</th><td>${before ?? "not in it"}</td><td>${after ?? "not in it"}</td><td>${known ? "known issue; " : ""}${escapeHtml(text)}</td></tr>`,
  );
  return `<h2><span class="mark ${classes[kind]}">${kind}</span> ${ofKind.length} ${ofKind.length === 1 ? "path" : "paths"} ${changeWords[kind]}</h2>
<div class="scrolls" tabindex="0" role="region" aria-label="${kind}">
<table><thead><tr><th scope="col">Path</th><th scope="col">Baseline</th><th scope="col">This run</th><th scope="col">What was seen</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table>
</div>`;
}

function slowerTable(slower: Slower[]): string {
  const rows = slower.map(
    ({ scenario, group, pairs, ratio, lowest, varies, beforeMs, afterMs }) =>
      `<tr><th scope="row" class="mono">${escapeHtml(scenario)}</th><td>${escapeHtml(group)}</td>${[ratio, lowest, varies ?? "not known", beforeMs, afterMs, pairs].map((number) => `<td class="number">${number}</td>`).join("")}</tr>`,
  );
  const heads = [
    "Scenario",
    "Clusters",
    "Times as long",
    "At least",
    "Groups vary by",
    "Median before, ms",
    "Median now, ms",
    "Paths",
  ];
  return `<h2><span class="mark failed">slower</span> ${slower.length} ${slower.length === 1 ? "group" : "groups"} of paths</h2>
<p>Each path is compared with itself; the lower bound has an error probability of ${slower[0]?.alpha ?? 0}.</p>
<div class="scrolls" tabindex="0" role="region" aria-label="slower">
<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table>
</div>`;
}
