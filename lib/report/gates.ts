import type { PastRun } from "./compare/compared-run.ts";
import type { FailOn } from "./compare/worse-than.ts";
import type { Coverage } from "./coverage.ts";
import type { Known } from "./path-result.ts";

/** What a run is judged by besides what its own paths promise. */
export interface Gates {
  /** What must be looked at. Absent when nothing must. */
  coverage?: Coverage;
  /** An earlier run, and which kinds of change since then keep this one from passing. */
  baseline?: { results: PastRun; failOn: FailOn[] };
  /** Failures that are accepted for now. Absent without a list; an empty one is told as such. */
  known?: Known[];
}
