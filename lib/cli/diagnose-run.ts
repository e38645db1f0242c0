import { diagnose, wanted } from "../diagnose/diagnose.ts";
import type { Evidence } from "../diagnose/evidence.ts";
import type { Report } from "../report/report.ts";

/** Diagnoses what failed, while the run's agents are still there to be asked more. Does nothing when nothing failed. */
export function diagnoseRun(report: Report): void {
  const results = report.current();
  if (results.summary.failed === 0) return;
  const evidence: Evidence = { results, endpoints: [], confirmed: [] };
  const diagnosis = diagnose(evidence);
  if (wanted(evidence, diagnosis).length === 0) report.diagnosed(diagnosis);
}
