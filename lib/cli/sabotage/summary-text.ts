import { alignColumns } from "../../base/table.ts";
import { formatDuration } from "../../base/duration.ts";
import type { FaultRow, SabotageReport } from "./sabotage-report.ts";

/** Prints what came of all faults in a few lines, problems first; one line for each. Ends with a line break. */
export function summaryText({ summary, healthy, neverRed, faults, run }: SabotageReport): string {
  const { falseAlarms, detected, undone, diagnosable, top1, top3, wrongAndConfident } = summary;
  const problems = [
    ...faults.flatMap(({ id, problems: told }) => told.map((problem) => `${id}: ${problem}`)),
    ...healthy.flatMap(({ topology, findings }) =>
      findings.map((finding) => `a healthy lab of ${topology} has a finding: ${finding}`),
    ),
    ...neverRed.map((name) => `no fault turns ${name} red`),
  ];
  const rows = [
    ["faults", `${faults.length}`, `${summary.passed} with nothing wrong`],
    ["detected", `${detected} of ${faults.length}`],
    ["false alarms", `${falseAlarms}`],
    ["undone", `${undone} of ${faults.length}`],
    [
      "cause named",
      `${top1} of ${diagnosable} first, ${top3} among the first three, ${wrongAndConfident} wrong and confident`,
    ],
    ["healthy", `${healthy.reduce((sum, { paths }) => sum + paths, 0)} paths asked`],
    ["time", `${formatDuration(run.durationMs)} on ${run.labs} labs at most`],
  ];
  return [...problems, ...(problems.length > 0 ? [""] : []), ...alignColumns(rows), ""].join("\n");
}

/** Prints a fault as it is done: `12/60  node-to-node-drop  red, cause 1 (high)  6.1 s`. */
export function progressText(row: FaultRow, done: number, all: number): string {
  const { rank, confidence, expectedCauses, problems } = row;
  const cause = rank === null ? (expectedCauses.length > 0 ? "no cause" : "") : `cause ${rank} (${confidence})`;
  const what = problems.length > 0 ? `WRONG ${problems.join("; ")}` : ["good", cause].filter(Boolean).join(", ");
  return `${`${done}`.padStart(`${all}`.length)}/${all}  ${row.id}  ${formatDuration(row.durations.totalMs)}  ${what}\n`;
}
