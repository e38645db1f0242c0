import type { SabotageReport } from "../sabotage/sabotage-report.ts";
import type { StepResult } from "./step.ts";

/**
 * Counts faults in the text of a report of `npm run sabotage`. `ok` is whether the command ended well. One that did not although no fault
 * is wrong counts as one more failure, and so does one that left no report since `sinceMs`.
 */
export function sabotageCounts(
  report: string | undefined,
  { ok, output, sinceMs }: { ok: boolean; output: string; sinceMs: number },
): StepResult {
  const parsed = report === undefined ? undefined : (JSON.parse(report) as Pick<SabotageReport, "run" | "summary">);
  if (!parsed || Date.parse(parsed.run.startedAt) < sinceMs) return { passed: 0, failed: 1, skipped: 0, output };
  const { faults, passed } = parsed.summary;
  const failed = faults - passed;
  return { passed, failed: ok ? failed : Math.max(1, failed), skipped: 0, output };
}
