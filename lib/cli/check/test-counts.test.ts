import { expect, test } from "vitest";
import { testCounts } from "./test-counts.ts";

const report = (passed: number, failed: number, pending = 0, todo = 0) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: pending, numTodoTests: todo });

test.each([
  ["tests that passed", report(7, 0), true, { passed: 7, failed: 0, skipped: 0 }],
  ["skipped and planned tests", report(7, 0, 2, 1), true, { passed: 7, failed: 0, skipped: 3 }],
  ["failed tests", report(7, 2), false, { passed: 7, failed: 2, skipped: 0 }],
  ["a file that cannot be loaded", report(7, 0), false, { passed: 7, failed: 1, skipped: 0 }],
  ["no test at all", report(0, 0), true, { passed: 0, failed: 1, skipped: 0 }],
  ["skipped tests alone", report(0, 0, 4), true, { passed: 0, failed: 1, skipped: 4 }],
  ["no report", undefined, false, { passed: 0, failed: 1, skipped: 0 }],
])("%s", (_, text, ok, counts) => {
  expect(testCounts(text, { ok, output: "" })).toMatchObject(counts);
});
