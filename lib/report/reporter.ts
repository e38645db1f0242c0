import type { Counts, PathResult, Results, Trouble } from "./path-result.ts";

/** What is known of a path before it is asked. */
export type PathHead = Pick<
  PathResult,
  "id" | "scenario" | "suite" | "claim" | "group" | "title" | "from" | "to" | "protocol"
> & { expected?: string };

/** All paths of one scenario between one ordered pair of clusters. */
export interface GroupSummary {
  suite: string;
  scenario: string;
  group: string;
  counts: Counts;
  durationMs: number;
  /** What was asked while something changed, over all its paths; absent when nothing was. */
  traffic?: Traffic;
}

export interface Traffic {
  requests: number;
  failed: number;
  /** The longest of all paths. */
  longestGapMs: number;
}

/**
 * Writes one kind of report. Every method is called by the report room only, in this order, with text that is redacted already.
 *
 * A method that throws loses nothing but this writer's own output: the first error becomes a trouble of the run, and the writer is
 * called again, for a disk that is full now need not be full at the end.
 */
export interface Reporter {
  /** What it writes, for the message when it fails: `results.json`. */
  readonly name: string;
  /** Called once, first. `current` gives the results so far at any time; the array of paths in it keeps growing. */
  runStarted?(current: () => Results): void;
  /** Called before the first path finishes, with all paths that are going to be asked; or never. */
  pathsPlanned?(paths: PathHead[]): void;
  /** Called once for every path in the results, also for those that were planned and never asked. */
  pathFinished?(path: PathResult): void;
  groupFinished?(group: GroupSummary): void;
  troubleFound?(trouble: Trouble): void;
  /** Called once, last, also after Ctrl-C, a time limit and a failed set-up. */
  runFinished?(results: Results): void | Promise<void>;
}
