import type { FaultRow, Healthy, PairRow } from "./sabotage-report.ts";

/** What a lab's process is told to do: one JSON object on a line of its stdin. Its stdin's end is its own. */
export type Order =
  /** Asks these scenarios, or all of these suites, while nothing is wrong. */
  { healthy: string[] } | { fault: string } | { pair: [string, string] };

/** What it answers, one JSON object on a line of its stdout for each order. */
export type Answer = (
  | { healthy: Healthy }
  | { fault: FaultRow }
  | { pair: PairRow }
  /** Nothing came of it. */
  | { failed: string }
) & {
  /** The lab is not as it was: nothing more can be asked of it. */
  spoilt: boolean;
};
