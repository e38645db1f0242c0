import type { Results } from "../path-result.ts";

/** What two runs are compared by. */
export type ComparedRun = Pick<Results, "run" | "versions" | "clusters" | "scenarios" | "summary" | "paths">;

/** A run that has its verdict. */
export type PastRun = ComparedRun & Pick<Results, "verdict">;
