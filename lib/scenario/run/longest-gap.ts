import type { Attempt } from "./converge.ts";

/**
 * Measures the longest time without a good answer in milliseconds, by the clock of the asker: from one good answer to the next, from the
 * first question to the first good answer, and from the last good one to the end of the last attempt. The pauses between
 * questions are part of it; 0 without attempts.
 */
export function longestGapMs(attempts: Attempt[]): number {
  const [first, last] = [attempts[0], attempts.at(-1)];
  if (!first || !last) return 0;
  const good = attempts.filter(({ judgement }) => judgement.kept).map(endOf);
  const moments = [first.observation.startedAt, ...good, endOf(last)];
  return Math.max(...moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment)));
}

function endOf({ observation }: Attempt): number {
  return observation.startedAt + observation.durationMs;
}
