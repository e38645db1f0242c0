import type { Fault } from "../../lab/sabotage/fault.ts";
import type { Diagnosis, PathResult } from "../../report/path-result.ts";
import { compare, patternText } from "./compare.ts";
import type { FaultRow } from "./sabotage-report.ts";

/** What was seen of a fault, from its making until everything was green again. */
export interface FaultTrial {
  /** While it was in place. */
  paths: PathResult[];
  /** Absent when nothing failed. */
  diagnosis?: Diagnosis | undefined;
  /** Ids of paths that were red and were not green after the undo. */
  notUndone: string[];
  /** Why it could not be made, asked or undone; each in a sentence. */
  failures: string[];
  durations: FaultRow["durations"];
}

/** Judges one fault. */
export function faultRow(fault: Fault, trial: FaultTrial): FaultRow {
  const { vacuous, ...compared } = compare(fault, trial.paths);
  const causes = (trial.diagnosis?.causes ?? []).map(({ id, confidence, probability }) => ({
    id,
    confidence,
    probability,
  }));
  const found = rankOf(fault, causes);
  const named = found === null ? undefined : causes[found - 1];
  const wrongAndConfident = causes
    .filter(({ id, confidence }) => confidence === "high" && !fault.causes.includes(id))
    .map(({ id }) => id);
  const undone = trial.notUndone.length === 0 && trial.failures.length === 0;
  const { missed, falseAlarms } = compared;
  const notRed = missed.filter((pattern) => !vacuous.includes(pattern));
  const isUnnamed = fault.causes.length > 0 && found === null;
  const untrue = [
    ...vacuous.map((pattern) => `no path was asked for ${pattern}`),
    ...notRed.map((pattern) => `missed: ${pattern} is not red`),
    ...some(falseAlarms, "false alarm"),
    ...(isUnnamed ? [`no right cause is named, but ${causes.map(({ id }) => id).join(", ") || "none"}`] : []),
    ...wrongAndConfident.map((id) => `wrong and confident: ${id}`),
    ...some(trial.notUndone, "not undone"),
  ];
  const problems = trial.failures.length > 0 ? trial.failures : untrue;
  return {
    id: fault.id,
    breaks: fault.breaks,
    topology: fault.topology,
    verdict: fault.verdict ?? "findings",
    ok: problems.length === 0,
    problems,
    mustRed: fault.mustRed.map(patternText),
    ...compared,
    expectedCauses: fault.causes,
    cause: named?.id ?? null,
    rank: found,
    confidence: named?.confidence ?? null,
    causes,
    wrongAndConfident,
    confirmations: (trial.diagnosis?.confirmations ?? []).map(({ asked, saw }) => `${asked}: ${saw}`),
    undone,
    notUndone: trial.notUndone,
    durations: trial.durations,
  };
}

/** At which place of the causes that were named the first right one is, from 1; null when none is. */
export function rankOf({ causes }: Pick<Fault, "causes">, named: { id: string }[]): number | null {
  const index = named.findIndex(({ id }) => causes.includes(id));
  return index < 0 ? null : index + 1;
}

function some(ids: string[], what: string): string[] {
  const [first] = ids;
  if (first === undefined) return [];
  return [`${what}: ${first}${ids.length > 1 ? ` and ${ids.length - 1} more` : ""}`];
}
