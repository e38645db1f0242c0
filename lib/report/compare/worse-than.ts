import type { Change, Comparison, Slower } from "../path-result.ts";

/** Kinds of change that may keep a run from passing. */
export const failOnKinds = ["regressed", "uncovered", "flaky", "new", "slower"] as const;

export type FailOn = (typeof failOnKinds)[number];

/** What keeps a run from passing unless it is told otherwise. */
export const usualFailOn: FailOn[] = ["regressed", "uncovered"];

/** What of a comparison keeps a run from passing. */
export interface Worse {
  uncovered: Change[];
  /** Everything else that is about a path. */
  changes: Change[];
  slower: Slower[];
}

/**
 * Picks what a comparison was told to fail on. A path that fails now counts as `regressed`, too, when it is told as flaky; a failure
 * that a known issue covers does not count.
 */
export function worseThan(comparison: Comparison | undefined): Worse {
  const { changes = [], slower = [], failOn = [] } = comparison ?? {};
  const isWorse = ({ change, after, known }: Change) =>
    !known && (failOn.includes(change) || (change === "flaky" && after === "failed" && failOn.includes("regressed")));
  const worse = changes.filter(isWorse);
  return {
    uncovered: worse.filter(({ change }) => change === "uncovered"),
    changes: worse.filter(({ change }) => change !== "uncovered"),
    slower: failOn.includes("slower") ? slower : [],
  };
}
