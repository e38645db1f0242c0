import { appendFileSync } from "node:fs";
import { textOf } from "../base/open-record.ts";
import type { Results } from "../report/path-result.ts";
import { renderSummary } from "../report/summary.ts";

/**
 * Appends the summary of a run to the file that GITHUB_STEP_SUMMARY names, for GitHub to show with the job. Does nothing without.
 *
 * A file that cannot be written is told and changes nothing else: the verdict is what it is, and summary.md has the same text.
 */
export function appendStepSummary(
  results: Results,
  { env, write }: { env: Record<string, string | undefined>; write(text: string): void },
): void {
  const file = env["GITHUB_STEP_SUMMARY"];
  if (!file) return;
  try {
    appendFileSync(file, `\n${renderSummary(results)}`);
  } catch (error) {
    write(`the summary of this step cannot be written to ${file} (${textOf(error, "code")}); summary.md has it\n`);
  }
}
