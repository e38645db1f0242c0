import type { Results } from "../path-result.ts";

/** What two runs are compared by. */
export type ComparedRun = Pick<
  Results,
  "verdict" | "run" | "versions" | "clusters" | "scenarios" | "summary" | "paths"
>;
