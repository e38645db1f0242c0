import type { Attempt } from "./converge.ts";
import { longestGapMs } from "./longest-gap.ts";

/** Sums up what was asked during a change: `412 requests, none failed, longest gap 61 ms`. */
export function duringText(attempts: Attempt[]): string {
  const failed = attempts.filter(({ judgement }) => !judgement.kept).length;
  const gap = Math.round(longestGapMs(attempts));
  return `${attempts.length} requests, ${failed === 0 ? "none" : failed} failed, longest gap ${gap} ms`;
}

/** Tells when an attempt of those during a change began: `6.2 s`, counted from the first one, which the change begins with. */
export function sinceBegin(attempts: Attempt[], { observation }: Attempt): string {
  const begin = attempts[0]?.observation.startedAt ?? observation.startedAt;
  return `${((observation.startedAt - begin) / 1000).toFixed(1)} s`;
}
