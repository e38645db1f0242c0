import type { Diagnosis } from "../report/path-result.ts";
import { bisect } from "./bisect.ts";
import type { Confirmation, Evidence } from "./evidence.ts";

/** Finds what explains the failures of a run. Pure: the same evidence gives the same diagnosis, but for its duration. */
export function diagnose({ results, confirmed }: Evidence): Diagnosis {
  const startedMs = performance.now();
  const failed = results.paths.filter(({ verdict }) => verdict === "failed");
  return {
    causes: [],
    unexplained: failed.map(({ id }) => id),
    bisected: bisect(results.paths),
    confirmations: confirmed.map(({ confirmation, saw }) => ({ asked: confirmation.kind, saw })),
    durationMs: performance.now() - startedMs,
  };
}

/** Lists what would tell the causes of a diagnosis apart; at most 24 questions, none where it is sure. */
export function wanted(_evidence: Evidence, _diagnosis: Diagnosis): Confirmation[] {
  return [];
}
