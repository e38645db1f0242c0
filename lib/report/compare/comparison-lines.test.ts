import { expect, test } from "vitest";
import { painter } from "../../base/colour.ts";
import type { Change, Comparison } from "../path-result.ts";
import { comparisonHtml } from "./comparison-html.ts";
import { comparisonLines } from "./comparison-lines.ts";

const regressed = (id: string): Change => ({
  change: "regressed",
  id,
  before: "passed",
  after: "failed",
  text: "timeout; 6 of 6 attempts in 33.3 s",
});

const comparison: Comparison = {
  baseline: { run: "night-1", startedAt: "2026-11-20T02:00:00.000Z", verdict: "findings", paths: 90 },
  matchedBy: "role",
  remarks: ["Nodes of the baseline are not there any more: a/w2."],
  compared: 88,
  changes: [
    ...["pods/across/1", "pods/across/2", "pods/across/3", "dns/names/1"].map(regressed),
    { ...regressed("dns/names/2"), known: true },
    { change: "fixed", id: "pods/same/1", before: "failed", after: "passed", text: "before: <refused>" },
    { change: "uncovered", id: "pods/same/2", before: "passed", text: "the node w3 is left out: cordoned" },
  ],
  slower: [
    {
      scenario: "pods/across",
      group: "a -> b",
      pairs: 24,
      ratio: 3.1,
      lowest: 2.2,
      alpha: 0.001,
      varies: 1.4,
      beforeMs: 2,
      afterMs: 6.2,
    },
  ],
  failOn: ["regressed", "uncovered"],
};

test("the first of each kind, one of every scenario, with what matters in colour", () => {
  const plain = comparisonLines(comparison, { width: 90, paint: painter(false) }).join("\n");
  expect(plain).toMatchInlineSnapshot(`
    "BASELINE  run night-1 of 2026-11-20T02:00:00.000Z, findings: 88 paths compared by role
      note      Nodes of the baseline are not there any more: a/w2.
      regressed: 5 paths worse than in the baseline
        pods/across/1
          timeout; 6 of 6 attempts in 33.3 s
        dns/names/1
          timeout; 6 of 6 attempts in 33.3 s
        pods/across/2
          timeout; 6 of 6 attempts in 33.3 s
        and 2 more: see results.json
      fixed: 1 path passed, and not in the baseline
        pods/same/1
          before: <refused>
      uncovered: 1 path asked in the baseline, and not any more
        pods/same/2
          the node w3 is left out: cordoned
      slower: 1 group of paths
        pods/across  a -> b: 3.1 times as long, at least 2.2 times (error probability 0.001,
        24 paths; groups vary by up to 1.4 times); medians 2 ms before, 6.2 ms now"
  `);
  const coloured = comparisonLines(comparison, { width: 90, paint: (style, text) => `<${style}>${text}` });
  expect(coloured.filter((line) => line.includes("<red>")).map((line) => line.trim().split(":")[0])).toEqual([
    "<red>regressed",
    "<red>uncovered",
  ]);
});

test("a page tells every change, and nothing in it is taken for markup", () => {
  const page = comparisonHtml(comparison, "night-2");
  for (const { id } of comparison.changes) expect(page).toContain(id);
  expect(page).toContain("before: &lt;refused&gt;");
  expect(page).toContain("known issue; timeout");
  expect(page).toContain("Groups vary by</th>");
  expect(page).toContain(">1.4</td>");
  expect(page).not.toMatch(/style="|<refused>|(?:src|href)="(?!data:|#)/);
});
