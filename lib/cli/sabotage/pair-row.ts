import type { Fault } from "../../lab/sabotage/fault.ts";
import { type FaultTrial, rankOf } from "./fault-row.ts";
import type { PairRow } from "./sabotage-report.ts";

/** Judges two faults that were in place together. */
export function pairRow(pair: Fault[], { paths, diagnosis, failures, notUndone, durations }: FaultTrial): PairRow {
  const causes = (diagnosis?.causes ?? []).map(({ id, confidence, probability }) => ({ id, confidence, probability }));
  const ranks = pair.map((fault) => rankOf(fault, causes));
  return {
    ids: pair.map(({ id }) => id),
    topology: pair[0]?.topology ?? "",
    failed: paths.filter(({ verdict }) => verdict === "failed").length,
    causes,
    ranks,
    both: ranks.every((rank) => rank !== null),
    undone: notUndone.length === 0 && failures.length === 0,
    ...(failures.length > 0 ? { problem: failures.join("; ") } : {}),
    totalMs: durations.totalMs,
  };
}
