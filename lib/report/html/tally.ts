import type { PagePath } from "./page-path.ts";
import { type Sight, sights } from "./sight.ts";

/** What some paths come to together. */
export interface Tally {
  paths: number;
  counts: Record<Sight, number>;
  /** The worst that came of any of them; undefined where there are none. */
  worst?: Sight;
  /** In ascending order; of paths that promise an answer. */
  latenciesMs: number[];
  /** Attempts of paths that promise an answer, and how many of them did not go as promised. */
  attempts: number;
  lost: number;
}

/** Sums paths up. */
export function tally(paths: readonly PagePath[]): Tally {
  const counts = { failed: 0, broken: 0, known: 0, skipped: 0, passed: 0 };
  for (const { sight } of paths) counts[sight] += 1;
  const worst = sights.find((sight) => counts[sight] > 0);
  const answering = paths.filter(({ denial }) => !denial);
  return {
    paths: paths.length,
    counts,
    ...(worst === undefined ? {} : { worst }),
    latenciesMs: answering.flatMap(({ latenciesMs }) => latenciesMs).toSorted((one, other) => one - other),
    attempts: answering.reduce((sum, { attempts }) => sum + attempts, 0),
    lost: answering.reduce((sum, { attempts, asExpected }) => sum + attempts - asExpected, 0),
  };
}

/** Tells what stands for all of some paths: the worst, but that a skip besides paths that passed does not take these away. */
export function overall({ worst, counts }: Tally): Sight | undefined {
  return worst === "skipped" && counts.passed > 0 ? "passed" : worst;
}

/** Tells whether something is wrong with some of the paths, or they could not be looked at. */
export function isUnwell({ counts: { failed, broken, known } }: Tally): boolean {
  return failed + broken + known > 0;
}
