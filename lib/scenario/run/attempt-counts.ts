import type { Outcome } from "../../probe/outcome.ts";
import type { PathResult } from "../../report/path-result.ts";
import type { Attempt } from "./converge.ts";
import type { Sighting } from "../question.ts";

/** More than any Service of a run has backends, also where they are replaced. */
const mostAnswerers = 32;

/** Counts how the attempts of a path ended and who answered them: of answerers, the most frequent ones. Empty without attempts. */
export function attemptCounts(attempts: readonly Attempt[]): Pick<PathResult["attempts"], "outcomes" | "answeredBy"> {
  if (attempts.length === 0) return {};
  const answerers = countEach(attempts.flatMap(({ observation }) => answererName(observation) ?? []));
  const most = [...answerers].toSorted(([, one], [, other]) => other - one).slice(0, mostAnswerers);
  return {
    outcomes: outcomeCounts(attempts.map(({ observation }) => observation)),
    ...(most.length === 0 ? {} : { answeredBy: Object.fromEntries(most) }),
  };
}

/** Counts how many of these ended in each way. */
export function outcomeCounts(sightings: readonly Sighting[]): Partial<Record<Outcome, number>> {
  return Object.fromEntries(countEach(sightings.map(({ outcome }) => outcome)));
}

/** Names who answered as that process itself does: `cluster/node/pod`. */
export function answererName({ identity }: Sighting): string | undefined {
  return identity && `${identity.cluster}/${identity.node}/${identity.pod}`;
}

function countEach(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
