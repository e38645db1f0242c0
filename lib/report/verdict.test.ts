import { expect, test } from "vitest";
import { worseThan } from "./compare/worse-than.ts";
import type { Comparison, Counts, KnownIssue, Results } from "./path-result.ts";
import { exitCodeOf, explainVerdict, judgeRun } from "./verdict.ts";

const none = { passed: 0, failed: 0, broken: 0, skipped: 0 };

test.each([
  { counts: { passed: 1 }, troubles: 0, end: "completed", verdict: "passed", exitCode: 0 },
  { counts: { passed: 1, skipped: 9 }, troubles: 0, end: "completed", verdict: "passed", exitCode: 0 },
  { counts: { passed: 9, failed: 1 }, troubles: 0, end: "completed", verdict: "findings", exitCode: 1 },
  { counts: { failed: 1, broken: 1 }, troubles: 1, end: "completed", verdict: "findings", exitCode: 1 },
  { counts: { passed: 9, broken: 1 }, troubles: 0, end: "completed", verdict: "broken", exitCode: 3 },
  { counts: { passed: 9 }, troubles: 1, end: "completed", verdict: "broken", exitCode: 3 },
  { counts: { skipped: 9 }, troubles: 0, end: "completed", verdict: "broken", exitCode: 3 },
  { counts: {}, troubles: 0, end: "completed", verdict: "broken", exitCode: 3 },
  { counts: { failed: 1 }, troubles: 1, end: "configuration", verdict: "configuration", exitCode: 2 },
  { counts: { passed: 9, failed: 1 }, troubles: 0, end: "interrupted", verdict: "interrupted", exitCode: 130 },
  { counts: { passed: 9 }, troubles: 0, end: "running", verdict: "interrupted", exitCode: 130 },
] as const)("$counts, $troubles troubles, $end: $verdict", ({ counts, troubles, end, verdict, exitCode }) => {
  expect(judgeRun({ ...none, ...counts }, troubles, end)).toBe(verdict);
  expect(exitCodeOf(verdict)).toBe(exitCode);
});

test("what is required and not looked at is the least of what can be wrong", () => {
  expect(judgeRun({ ...none, passed: 9 }, 0, "completed", { uncovered: 1 })).toBe("uncovered");
  expect(judgeRun({ ...none, passed: 9, broken: 1 }, 0, "completed", { uncovered: 1 })).toBe("broken");
  expect(judgeRun({ ...none, passed: 9, failed: 1 }, 0, "completed", { uncovered: 1 })).toBe("findings");
  expect(judgeRun({ ...none, passed: 9 }, 0, "interrupted", { uncovered: 1 })).toBe("interrupted");
  expect(exitCodeOf("uncovered")).toBe(4);
});

test("what is worse than the baseline comes last", () => {
  expect(judgeRun({ ...none, passed: 9 }, 0, "completed", { worse: 1 })).toBe("regressed");
  expect(judgeRun({ ...none, passed: 9 }, 0, "completed", { worse: 1, uncovered: 1 })).toBe("uncovered");
  expect(judgeRun({ ...none, passed: 9, broken: 1 }, 0, "completed", { worse: 1 })).toBe("broken");
  expect(judgeRun({ ...none, passed: 9, failed: 1 }, 0, "completed", { worse: 1 })).toBe("findings");
  expect(judgeRun({ ...none, passed: 9 }, 0, "interrupted", { worse: 1 })).toBe("interrupted");
  expect(exitCodeOf("regressed")).toBe(5);
});

test("known issues alone are no findings, and nothing that passed", () => {
  expect(judgeRun({ ...none, passed: 1, known: 9 }, 0, "completed")).toBe("passed");
  expect(judgeRun({ ...none, passed: 1, failed: 1, known: 9 }, 0, "completed")).toBe("findings");
  expect(judgeRun({ ...none, known: 9 }, 0, "completed")).toBe("broken");
});

test("a verdict in a sentence", () => {
  const change = { change: "regressed", id: "p", text: "timeout" } as const;
  const slow = { scenario: "s", group: "g", pairs: 10, ratio: 3, lowest: 2, alpha: 0.001, beforeMs: 3, afterMs: 9 };
  const issue: KnownIssue = { id: "p/*", reason: "a bug", expires: "2026-12-01", state: "failing", paths: 2 };
  const comparison = (fields: Partial<Comparison>): Comparison => ({
    baseline: { run: "b", startedAt: "", verdict: "passed", paths: 9 },
    matchedBy: "id",
    remarks: [],
    compared: 9,
    changes: [],
    slower: [],
    failOn: ["regressed", "uncovered", "slower"],
    ...fields,
  });
  const sentences = [
    sentence({ passed: 9 }),
    sentence({ passed: 9, known: 2 }, { knownIssues: [issue, { ...issue, state: "expired" }] }),
    sentence({ passed: 1, failed: 1, known: 1 }, { knownIssues: [issue] }),
    sentence({ known: 2 }, { knownIssues: [issue, issue] }),
    sentence({ passed: 9 }, { comparison: comparison({ changes: [change] }) }),
    sentence({ passed: 9 }, { comparison: comparison({ slower: [slow, slow] }) }),
    sentence({ passed: 9 }, { comparison: comparison({ changes: [change], slower: [slow] }) }),
    sentence({ passed: 9, failed: 1 }, { comparison: comparison({ changes: [change] }) }),
    sentence(
      { passed: 9, known: 1 },
      { knownIssues: [issue], comparison: comparison({ changes: [{ ...change, known: true }] }) },
    ),
    sentence({ passed: 9 }, { comparison: comparison({ changes: [{ ...change, change: "uncovered" }] }) }),
    sentence(
      { passed: 9 },
      { uncovered: ["a/b", "a/b", "a/*", "c/*"].map((scenario) => ({ scenario, reason: "no DNS" })) },
    ),
  ];
  expect(sentences).toMatchInlineSnapshot(`
    [
      "passed: all 9 paths that were looked at keep their claims",
      "passed: all 9 other paths that were looked at keep their claims; 1 known issue: 2 paths break their claims",
      "findings: 1 path broke its claim; 1 known issue: 1 path breaks its claim",
      "broken: no path was seen to keep its claim; 2 known issues: 2 paths break their claims",
      "regressed: all 9 paths that were looked at keep their claims, but 1 path is worse than in the baseline",
      "regressed: all 9 paths that were looked at keep their claims, but the latency of 2 groups is worse than in the baseline",
      "regressed: all 9 paths that were looked at keep their claims, but 1 path and the latency of 1 group are worse than in the baseline",
      "findings: 1 path broke its claim; 1 path is worse than in the baseline",
      "passed: all 9 other paths that were looked at keep their claims; 1 known issue: 1 path breaks its claim",
      "uncovered: all 9 paths that were looked at keep their claims, but 1 path of the baseline is not covered any more",
      "uncovered: all 9 paths that were looked at keep their claims, but 1 required scenario and 2 required classes of paths were not looked at everywhere",
    ]
  `);
});

function sentence(counts: Partial<Counts>, fields: Partial<Results> = {}): string {
  const summary = { ...none, ...counts };
  const worse = worseThan(fields.comparison);
  const verdict = judgeRun(summary, 0, "completed", {
    uncovered: (fields.uncovered?.length ?? 0) + worse.uncovered.length,
    worse: worse.changes.length + worse.slower.length,
  });
  return `${verdict}: ${explainVerdict({ verdict, summary, troubles: [], paths: [], ...fields } as unknown as Results)}`;
}
