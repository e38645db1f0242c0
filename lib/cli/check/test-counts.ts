import type { StepResult } from "./step.ts";

/** What is read of a report of vitest's JSON reporter. */
interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
}

/**
 * Counts tests in the text of a vitest JSON report. `ok` is whether vitest itself ended well.
 *
 * A run that did not end well although no test failed, such as one with a file that cannot be loaded, counts as one more failure; so
 * does a run without any test, and one that left no report.
 */
export function testCounts(report: string | undefined, { ok, output }: { ok: boolean; output: string }): StepResult {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, output };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(report) as VitestReport;
  const skipped = numPendingTests + numTodoTests;
  if (ok && numPassedTests === 0)
    return { passed: 0, failed: Math.max(1, numFailedTests), skipped, output: `${output}no test ran\n` };
  return { passed: numPassedTests, failed: ok ? numFailedTests : Math.max(1, numFailedTests), skipped, output };
}
