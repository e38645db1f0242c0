import { type Counts, verdicts } from "./path-result.ts";

/** Prints all four counts, zeros too: `24 passed, 0 failed, 0 broken, 1 skipped`. */
export function allCounts(counts: Counts): string {
  return verdicts.map((verdict) => `${counts[verdict]} ${verdict}`).join(", ");
}

/** Prints the counts that are not zero: `24 passed, 1 skipped`; `nothing looked at` when all are. */
export function briefCounts(counts: Counts): string {
  const parts = verdicts.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  return parts.length === 0 ? "nothing looked at" : parts.join(", ");
}
