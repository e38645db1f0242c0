import type { Outcome } from "../../probe/outcome.ts";
import type { Trial } from "./converge.ts";

/** How packets end that nobody along the way has a route for, or wants. */
const lost: readonly Outcome[] = ["timeout", "unreachable", "refused", "denied"];

/**
 * Tells what it means that no question from the pods of one cluster to those of another one was answered: nothing may join them, and
 * perhaps nothing should. Undefined where the trials of a group say less than that.
 */
export function meaningOf(trials: readonly Trial[]): string | undefined {
  const [first] = trials;
  if (!first || trials.length < 2) return undefined;
  const { from, to } = first.path;
  const isBetweenPods = trials.every(({ path }) => path.from.kind === "pod" && path.to.kind === "pod");
  const isSilent = trials.every(
    ({ path, attempts }) =>
      !path.expect.denial &&
      attempts.length > 0 &&
      attempts.every(({ observation }) => lost.includes(observation.outcome)),
  );
  if (from.cluster === to.cluster || !isBetweenPods || !isSilent) return undefined;
  return (
    `no pod of ${to.cluster} answers any pod of ${from.cluster}; ` +
    "if they are not meant to talk, say so under expectations in the configuration file"
  );
}
