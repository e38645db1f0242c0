import { setTimeout as delay } from "node:timers/promises";
import type { Diagnosis } from "../../report/path-result.ts";
import type { Fault } from "../../lab/sabotage/fault.ts";
import type { LabAccess } from "../../lab/sabotage/lab-access.ts";
import { faultsInPlace, makeFault, undoFault } from "../../lab/sabotage/make-fault.ts";
import type { FaultTrial } from "./fault-row.ts";
import type { LabSession, Sightings } from "./lab-session.ts";
import { paceOf } from "./paces.ts";
import { stillRed } from "./still-red.ts";

/** Looks for causes of what was seen, while the faults are in place. */
export type Diagnose = (session: LabSession, seen: Sightings) => Promise<Diagnosis | undefined>;

export interface TryOptions {
  lab: LabAccess;
  diagnose: Diagnose;
}

/** What components are shown changes the way of packets only after a moment. */
const takesHoldMs = 1_000;

/**
 * Makes faults in a lab with a session, asks what they want to be asked, diagnoses, undoes them, and asks what was red until it is green
 * again. Never rejects.
 */
export async function tryFaults(faults: Fault[], session: LabSession, options: TryOptions): Promise<FaultTrial> {
  const { lab, diagnose } = options;
  const clock = stopwatch();
  const failures: string[] = [];
  const attempt = async (what: () => Promise<unknown>) => {
    await what().catch((error: unknown) => failures.push(messageOf(error)));
  };
  const make = () => attempt(() => inTurn(faults, (fault) => makeFault(fault, lab)));
  const lateMs = Math.max(0, ...faults.map(({ when }) => (typeof when === "object" ? when.afterMs : 0)));
  let seen: Sightings = { paths: [], troubles: [] };
  let diagnosis: Diagnosis | undefined;
  if (lateMs === 0) await make();
  if (faults.some(({ steps }) => steps.some(({ kind }) => kind === "view" || kind === "object")))
    await delay(takesHoldMs);
  const makeMs = clock.lap();
  if (failures.length === 0) {
    const asking = session.ask([...new Set(faults.flatMap(({ asks }) => asks))], paceOf(faults));
    if (lateMs > 0) await delay(lateMs).then(make);
    seen = await asking;
  }
  const askMs = clock.lap();
  await attempt(async () => {
    if (seen.paths.some(({ verdict }) => verdict === "failed")) diagnosis = await diagnose(session, seen);
  });
  const diagnoseMs = clock.lap();
  const inPlace = faultsInPlace(lab);
  const made = faults.filter(({ id }) => inPlace.includes(id));
  await attempt(() => inTurn(made.toReversed(), (fault) => undoFault(fault, lab)));
  const notUndone = failures.length === 0 ? await stillRed(session, seen.paths) : [];
  const durations = { makeMs, askMs, diagnoseMs, undoMs: clock.lap(), totalMs: clock.total() };
  return { paths: seen.paths, diagnosis, notUndone, failures, durations };
}

async function inTurn(faults: Fault[], change: (fault: Fault) => Promise<void>): Promise<void> {
  for (const fault of faults) await change(fault);
}

/** Measures whole milliseconds: since the last lap, and since the beginning. */
export function stopwatch(): { lap(): number; total(): number } {
  const startedMs = performance.now();
  let lastMs = startedMs;
  return {
    lap() {
      const sinceMs = lastMs;
      lastMs = performance.now();
      return Math.round(lastMs - sinceMs);
    },
    total: () => Math.round(performance.now() - startedMs),
  };
}

/** What an error says, with its cure where it has one. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  if (!(error instanceof Error)) return "an unknown error";
  return "cure" in error ? `${error.message} ${String(error.cure)}` : error.message;
}
