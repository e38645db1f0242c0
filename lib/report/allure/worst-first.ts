import type { PathResult } from "../path-result.ts";

/** Sorts paths: findings, then broken ones, then known issues, then skips, then those that passed; else their order stays. */
export function worstFirst(paths: readonly PathResult[]): PathResult[] {
  return paths.toSorted((one, other) => rank(one) - rank(other));
}

function rank({ verdict, known }: PathResult): number {
  switch (verdict) {
    case "failed":
      return known ? 2 : 0;
    case "broken":
      return 1;
    case "skipped":
      return 3;
    case "passed":
      return 4;
  }
}
