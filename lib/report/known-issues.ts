import { matchesGlob } from "../base/glob.ts";
import type { Known, KnownIssue, PathResult } from "./path-result.ts";

/** Failures that are known, and for now accepted. */
export interface KnownIssues {
  /** Gives the entry that covers a path that failed: the first live one whose pattern describes its id. Undefined for all other paths. */
  coverOf(path: PathResult): Known | undefined;
  /** Tells what has become of each entry, in their order. */
  statesOf(paths: PathResult[]): KnownIssue[];
}

/**
 * Applies a list of known issues to the paths of a run. An entry covers paths that failed and nothing else, until the end of its last day, in
 * UTC; `nowMs` is the moment, in milliseconds since the epoch, that this is told by.
 */
export function knownIssues(entries: Known[], nowMs: number): KnownIssues {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const isLive = ({ expires }: Known) => expires >= today;
  const live = entries.filter(isLive);
  return {
    coverOf: ({ id, verdict }) => (verdict === "failed" ? live.find((entry) => matchesGlob(entry.id, id)) : undefined),
    statesOf: (paths) => entries.map((entry) => stateOf(entry, paths, isLive(entry))),
  };
}

function stateOf(entry: Known, paths: PathResult[], isLive: boolean): KnownIssue {
  const covered = paths.filter(({ id }) => matchesGlob(entry.id, id));
  const failed = covered.filter(({ verdict }) => verdict === "failed").length;
  const passed = covered.filter(({ verdict }) => verdict === "passed").length;
  // What could not be looked at may fail still: only when nothing of it is unknown it is time to take the entry out.
  const isBroken = covered.some(({ verdict }) => verdict === "broken");
  const state = failed > 0 ? "failing" : passed > 0 && !isBroken ? "not-failing" : "not-asked";
  return { ...entry, state: isLive ? state : "expired", paths: failed };
}
