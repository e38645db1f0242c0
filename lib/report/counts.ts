import { type Counts, verdicts } from "./path-result.ts";

/** Prints the counts of all verdicts, zeros too, and of known issues where there are any: `24 passed, 0 failed, 0 broken, 1 skipped, 2 known`. */
export function allCounts(counts: Counts): string {
  return [...verdicts.map((verdict) => `${counts[verdict]} ${verdict}`), ...knownCount(counts)].join(", ");
}

/** Prints the counts that are not zero: `24 passed, 1 skipped`; `nothing looked at` when all are. */
export function briefCounts(counts: Counts): string {
  const parts = verdicts.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  const all = [...parts, ...knownCount(counts)];
  return all.length === 0 ? "nothing looked at" : all.join(", ");
}

function knownCount({ known = 0 }: Counts): string[] {
  return known > 0 ? [`${known} known`] : [];
}
