import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { Diagnostic } from "../../base/diagnostic.ts";
import type { Fault, Step } from "./fault.ts";
import type { LabAccess } from "./lab-access.ts";
import { makeNodeStep, undoNodeStep } from "./steps/node-step.ts";
import { makeObjectStep, undoObjectStep } from "./steps/object-step.ts";
import { makePodStep, undoPodStep } from "./steps/pod-step.ts";
import { makeViewStep, undoViewStep } from "./steps/view-step.ts";

/**
 * Puts a fault in place in a lab that is up: step by step, in order. It stays until it is undone, or the lab ends.
 *
 * Throws Diagnostic: `configuration` when it is in place already, `broken` when a step fails, which it names; what was made of the fault
 * is undone then.
 */
export async function makeFault(fault: Fault, lab: LabAccess): Promise<void> {
  if (faultsInPlace(lab).includes(fault.id))
    throw new Diagnostic(
      "configuration",
      `The fault ${fault.id} is in place already.`,
      `Undo it: npm run lab -- fault ${fault.id} --undo`,
    );
  mkdirSync(markOf(fault, lab), { recursive: true });
  const begun: Step[] = [];
  try {
    for (const step of fault.steps) {
      begun.unshift(step);
      await make(step, lab);
    }
  } catch (error) {
    // The step that failed may have left a part of itself, or nothing that could be undone.
    for (const step of begun) await undo(step, lab).catch(() => {});
    rmdirSync(markOf(fault, lab));
    throw failure(fault, begun[0], "cannot be made", error);
  }
}

/**
 * Undoes a fault, its steps in the opposite order, all of them even when one fails.
 *
 * Throws Diagnostic: `configuration` when it is not in place, `broken` when a step failed; then it counts as in place.
 */
export async function undoFault(fault: Fault, lab: LabAccess): Promise<void> {
  if (!faultsInPlace(lab).includes(fault.id))
    throw new Diagnostic(
      "configuration",
      `The fault ${fault.id} is not in place.`,
      "See what is: npm run lab -- status",
    );
  let failed: Diagnostic | undefined;
  for (const step of fault.steps.toReversed()) {
    try {
      await undo(step, lab);
    } catch (error) {
      failed ??= failure(fault, step, "cannot be undone", error);
    }
  }
  if (failed) throw failed;
  rmdirSync(markOf(fault, lab));
}

/** Names the faults that are in place in a lab, sorted; also those that another process put there. */
export function faultsInPlace({ handle }: Pick<LabAccess, "handle">): string[] {
  try {
    return readdirSync(folderOf(handle.pid)).toSorted();
  } catch {
    return [];
  }
}

function make(step: Step, lab: LabAccess): Promise<void> {
  switch (step.kind) {
    case "node":
      return makeNodeStep(step, lab);
    case "view":
      return makeViewStep(step, lab);
    case "object":
      return makeObjectStep(step, lab);
    case "pod":
      return makePodStep(step, lab);
  }
}

function undo(step: Step, lab: LabAccess): Promise<void> {
  switch (step.kind) {
    case "node":
      return undoNodeStep(step, lab);
    case "view":
      return undoViewStep(step, lab);
    case "object":
      return undoObjectStep(step, lab);
    case "pod":
      return undoPodStep(step, lab);
  }
}

/** In the lab's own /run, so that it is forgotten with the lab. */
function folderOf(pid: number): string {
  return `/proc/${pid}/root/run/sabotage`;
}

function markOf({ id }: Fault, { handle }: LabAccess): string {
  return `${folderOf(handle.pid)}/${id}`;
}

function failure({ id }: Fault, step: Step | undefined, what: string, error: unknown): Diagnostic {
  const where = step === undefined ? "" : ` (${step.kind} step on ${step.kind === "node" ? step.node : step.cluster})`;
  const why = error instanceof Error ? error.message : String(error);
  return new Diagnostic(
    "broken",
    `The fault ${id} ${what}${where}: ${why}`,
    "Start a fresh lab: npm run lab -- down, then up",
  );
}
