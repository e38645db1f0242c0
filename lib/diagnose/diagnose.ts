import type { Diagnosis } from "../report/path-result.ts";
import { bisect } from "./bisect.ts";
import { causeOf } from "./cause.ts";
import type { Confirmation, Evidence } from "./evidence.ts";
import { explain } from "./explain.ts";
import { factsOf } from "./facts.ts";
import { hypothesesOf } from "./hypotheses.ts";
import { postingsOf } from "./postings.ts";
import { seenOf } from "./seen.ts";

/** Finds what explains the failures of a run. Pure: the same evidence gives the same diagnosis, but for its duration. */
export function diagnose({ results, confirmed }: Evidence): Diagnosis {
  const startedMs = performance.now();
  const all = seenOf(results.paths);
  const postings = postingsOf(all, factsOf(all));
  const explanations = explain(all, hypothesesOf(all, postings));
  const causes = explanations.map((explanation) => causeOf(explanation, all));
  const explained = new Set(causes.flatMap(({ explains }) => explains));
  return {
    causes,
    unexplained: results.paths.flatMap(({ id, verdict }) => (verdict === "failed" && !explained.has(id) ? [id] : [])),
    bisected: bisect(results.paths),
    confirmations: confirmed.map(({ confirmation, saw }) => ({ asked: confirmation.kind, saw })),
    durationMs: performance.now() - startedMs,
  };
}

/** Lists what would tell the causes of a diagnosis apart; at most 24 questions, none where it is sure. */
export function wanted(_evidence: Evidence, _diagnosis: Diagnosis): Confirmation[] {
  return [];
}
