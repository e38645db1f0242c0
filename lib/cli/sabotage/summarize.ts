import type { FaultRow, Healthy, SabotageReport } from "./sabotage-report.ts";

/** Counts what came of all faults. */
export function summarize(rows: FaultRow[], healthy: Healthy[]): SabotageReport["summary"] {
  const count = (is: (row: FaultRow) => boolean) => rows.filter(is).length;
  const diagnosable = rows.filter(({ expectedCauses }) => expectedCauses.length > 0);
  return {
    faults: rows.length,
    passed: count(({ ok }) => ok),
    detected: count((row) => isDetected(row)),
    falseAlarms: [...rows.map(({ falseAlarms }) => falseAlarms), ...healthy.map(({ findings }) => findings)].flat()
      .length,
    undone: count(({ undone }) => undone),
    diagnosable: diagnosable.length,
    top1: diagnosable.filter(({ rank }) => rank === 1).length,
    top3: diagnosable.filter(({ rank }) => rank !== null).length,
    wrongAndConfident: count(({ wrongAndConfident }) => wrongAndConfident.length > 0),
  };
}

/** Whether everything that a fault must turn red is red. */
export function isDetected({ mustRed, missed, red }: FaultRow): boolean {
  return missed.length === 0 && mustRed.length > 0 && red.length > 0;
}
