import { readFileSync } from "node:fs";
import type { Fault } from "../../lab/sabotage/fault.ts";
import type { Crew, Job } from "./crews.ts";
import { faultRow } from "./fault-row.ts";
import { faultTable } from "./fault-table.ts";
import type { LabCrew } from "./lab-crew.ts";
import { makeJobs } from "./make-jobs.ts";
import { isNamedBy } from "./name-scenarios.ts";
import type { Answer } from "./messages.ts";
import { exceptions, neverRed } from "./never-red.ts";
import { runJobs } from "./run-jobs.ts";
import { type FaultRow, type Healthy, type SabotageReport, sabotageSchema } from "./sabotage-report.ts";
import { summarize } from "./summarize.ts";
import { progressText, summaryText } from "./summary-text.ts";

/** What is tried, and where. */
export interface Trying {
  faults: Fault[];
  /** All that there are, in their order. */
  scenarios: string[];
  /** Whether these faults are all that there are. */
  complete: boolean;
  /** The report, as it may be there from the last time. */
  file: string;
  mostLabs: number;
  start(crew: Crew, names: string[]): Promise<LabCrew>;
  signal: AbortSignal;
  write(text: string): void;
}

/** Tries each fault by itself. Rejects when a lab cannot be started. */
export async function tryCatalogue(trying: Trying): Promise<{ report: SabotageReport; text: string; good: boolean }> {
  const { faults, scenarios, complete, write } = trying;
  const startedAt = new Date();
  const rows = new Map<string, FaultRow>();
  const healthy: Healthy[] = [];
  const named = complete ? scenarios : scenarios.filter((name) => faults.some(({ asks }) => isNamedBy(asks, name)));
  const jobs = makeJobs(faults, named, durationsOf(trying.file));
  const labs = await runJobs(jobs, {
    ...trying,
    onAnswer(job, answer) {
      if ("healthy" in job.order) healthy.push(healthyOf(job, answer));
      if (!("fault" in job.order)) return;
      const { fault: id } = job.order;
      const fault = faults.find((each) => each.id === id);
      if (!fault) return;
      const row = "fault" in answer ? answer.fault : lostRow(fault, answer);
      rows.set(fault.id, row);
      write(progressText(row, rows.size, faults.length));
    },
  });
  const ordered = faults.flatMap(({ id }) => rows.get(id) ?? []);
  const report: SabotageReport = {
    version: 1,
    run: {
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      labs,
      complete,
    },
    summary: summarize(ordered, healthy),
    healthy: healthy.toSorted((left, right) => nameOf(left).localeCompare(nameOf(right))),
    neverRed: complete ? neverRed(scenarios, ordered) : [],
    exceptions,
    faults: ordered,
  };
  const good =
    ordered.every(({ ok }) => ok) &&
    healthy.every(({ findings }) => findings.length === 0) &&
    report.neverRed.length === 0;
  return { report, good, text: `\n${faultTable(ordered, scenarios)}\n${summaryText(report)}` };
}

function nameOf({ topology, scenarios: [first = ""] }: Healthy): string {
  return `${topology} ${first}`;
}

function healthyOf({ crew, order }: Job, answer: Answer): Healthy {
  if ("healthy" in answer) return answer.healthy;
  return {
    topology: crew.topology,
    scenarios: "healthy" in order ? order.healthy : [],
    paths: 0,
    findings: [`it could not be asked: ${"failed" in answer ? answer.failed : "no answer"}`],
    durationMs: 0,
  };
}

function lostRow(fault: Fault, answer: Answer): FaultRow {
  const durations = { makeMs: 0, askMs: 0, diagnoseMs: 0, undoMs: 0, totalMs: 0 };
  const failures = ["failed" in answer ? answer.failed : "no answer"];
  return faultRow(fault, { paths: [], notUndone: [], failures, durations });
}

/** What faults took when they were last tried, by id; empty without a report that can be read. */
function durationsOf(file: string): ReadonlyMap<string, number> {
  try {
    const { faults } = sabotageSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return new Map(faults.map(({ id, durations }) => [id, durations.totalMs]));
  } catch {
    return new Map();
  }
}
