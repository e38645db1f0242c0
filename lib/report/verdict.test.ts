import { expect, test } from "vitest";
import { exitCodeOf, judgeRun } from "./verdict.ts";

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
  expect(judgeRun({ ...none, passed: 9 }, 0, "completed", 1)).toBe("uncovered");
  expect(judgeRun({ ...none, passed: 9, broken: 1 }, 0, "completed", 1)).toBe("broken");
  expect(judgeRun({ ...none, passed: 9, failed: 1 }, 0, "completed", 1)).toBe("findings");
  expect(judgeRun({ ...none, passed: 9 }, 0, "interrupted", 1)).toBe("interrupted");
  expect(exitCodeOf("uncovered")).toBe(4);
});
