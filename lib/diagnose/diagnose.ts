import type { Diagnosis } from "../report/path-result.ts";
import { bisect } from "./bisect.ts";
import { causeOf } from "./cause.ts";
import { askedText, confirmationsFor } from "./confirmations.ts";
import type { Confirmation, Evidence } from "./evidence.ts";
import { explain, type Explanation } from "./explain.ts";
import { factsOf } from "./facts.ts";
import { hypothesesOf } from "./hypotheses.ts";
import { postingsOf } from "./postings.ts";
import { refine } from "./refine.ts";
import { seenOf, type Seen } from "./seen.ts";

/** Finds what explains the failures of a run. Pure: the same evidence gives the same diagnosis, but for its duration. */
export function diagnose(evidence: Evidence): Diagnosis {
  const startedMs = performance.now();
  const { results, confirmed, endpoints } = evidence;
  const { all, explanations } = explained(evidence);
  const causes = explanations.map((explanation) => causeOf(refine(explanation, confirmed, all), all, endpoints));
  const told = new Set(causes.flatMap(({ explains }) => explains));
  return {
    causes,
    unexplained: results.paths.flatMap(({ id, verdict }) => (verdict === "failed" && !told.has(id) ? [id] : [])),
    bisected: bisect(inOrder(results.paths)),
    confirmations: confirmed.map(({ confirmation, saw }) => ({ asked: askedText(confirmation), saw })),
    durationMs: performance.now() - startedMs,
  };
}

/** Lists what would tell more about the causes of a diagnosis; at most 24 questions, none where the matrix tells everything. */
export function wanted(evidence: Evidence, _diagnosis: Diagnosis): Confirmation[] {
  const { all, explanations } = explained(evidence);
  return confirmationsFor(explanations, all);
}

function explained({ results, endpoints }: Evidence): { all: Seen[]; explanations: Explanation[] } {
  const all = seenOf(results.paths);
  return { all, explanations: explain(all, hypothesesOf(all, postingsOf(all, factsOf(all)), endpoints)) };
}

/** In the order of their ids, so that no other order matters. */
function inOrder(paths: Evidence["results"]["paths"]): Evidence["results"]["paths"] {
  return paths.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}
