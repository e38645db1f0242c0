import type { Results } from "../path-result.ts";

/** What two runs are compared by; a run that is judged by the comparison has no verdict yet. */
export type ComparedRun = Pick<Results, "run" | "versions" | "clusters" | "scenarios" | "summary" | "paths"> &
  Partial<Pick<Results, "verdict">>;

/** A run that has its verdict. */
export type PastRun = ComparedRun & Pick<Results, "verdict">;
