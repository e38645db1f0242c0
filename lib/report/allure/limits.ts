/** How much of its paths a test shows that has not passed. The others are counted, and are in results.json. */
export interface Limits {
  /** Paths of each kind in the message, which is shown as a whole and found by search. */
  lines: number;
  /** Paths with steps, and as JSON. */
  steps: number;
  /** Paths in the table. */
  rows: number;
}

/** Shares what a report can bear, some ten megabytes of findings, among the tests that failed or are broken. */
export function limitsFor(tests: number): Limits {
  const share = (all: number, most: number, least: number) =>
    Math.max(least, Math.min(most, Math.floor(all / Math.max(1, tests))));
  return { lines: share(5000, 100, 5), steps: share(1000, 50, 2), rows: share(20_000, 500, 20) };
}
