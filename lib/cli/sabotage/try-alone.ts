import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../../lab/sabotage/fault.ts";
import { faultsInPlace, makeFault, undoFault } from "../../lab/sabotage/make-fault.ts";
import type { FaultTrial } from "./fault-row.ts";
import type { LabSession, Sightings } from "./lab-session.ts";
import { paceOf } from "./paces.ts";
import { stillRed } from "./still-red.ts";
import { messageOf, stopwatch, type TryOptions } from "./try-faults.ts";

export interface TryAloneOptions extends TryOptions {
  /** Opens a session that has these scenarios, or all of these suites. Rejects with a Diagnostic. */
  open(names: string[]): Promise<LabSession>;
}

/**
 * As tryFaults, for one fault that a session does not survive, or that must be there before one: with a session that is opened for it, and after the
 * undo with another one where the fault may have broken the first. Never rejects.
 */
export async function tryAlone(fault: Fault, options: TryAloneOptions): Promise<FaultTrial> {
  const { lab, diagnose, open } = options;
  const clock = stopwatch();
  const trial: FaultTrial = {
    paths: [],
    notUndone: [],
    failures: [],
    durations: { makeMs: 0, askMs: 0, diagnoseMs: 0, undoMs: 0, totalMs: 0 },
  };
  const early = fault.when === "before-deployment";
  let session: LabSession | undefined;
  try {
    if (early) await makeFault(fault, lab);
    session = await open(fault.asks);
    if (fault.when === undefined) await makeFault(fault, lab);
    trial.durations.makeMs = clock.lap();
    const seen = await askMeanwhile(fault, session, options);
    trial.paths = seen.paths;
    trial.durations.askMs = clock.lap();
    if (seen.paths.some(({ verdict }) => verdict === "failed")) trial.diagnosis = await diagnose(session, seen);
    trial.durations.diagnoseMs = clock.lap();
  } catch (error) {
    trial.failures.push(messageOf(error));
  }
  try {
    if (faultsInPlace(lab).includes(fault.id)) await undoFault(fault, lab);
    await session?.close();
    if (trial.failures.length === 0) trial.notUndone = await stillRedAnew(fault, trial, open);
  } catch (error) {
    trial.failures.push(messageOf(error));
  }
  trial.durations.undoMs = clock.lap();
  trial.durations.totalMs = clock.total();
  return trial;
}

async function askMeanwhile(fault: Fault, session: LabSession, { lab }: TryAloneOptions): Promise<Sightings> {
  const asking = session.ask(fault.asks, paceOf([fault]));
  if (typeof fault.when === "object") {
    await delay(fault.when.afterMs);
    await makeFault(fault, lab);
  }
  return asking;
}

/** What was broken cannot be asked again, and what was made meanwhile may stay as it is: only a new session shows that it is over. */
async function stillRedAnew({ asks }: Fault, { paths }: FaultTrial, open: TryAloneOptions["open"]): Promise<string[]> {
  const session = await open(asks);
  try {
    return await stillRed(session, paths);
  } finally {
    await session.close();
  }
}
