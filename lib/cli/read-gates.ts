import { join } from "node:path";
import { Diagnostic } from "../base/diagnostic.ts";
import type { Gates } from "../report/gates.ts";
import type { Results } from "../report/path-result.ts";
import { readResults } from "../report/read-results.ts";
import { readKnownIssues } from "./config/read-known-issues.ts";
import type { RunOptions } from "./run-options.ts";

/** Files that a run is judged by, beside its own paths. */
export type GateFiles = Pick<Gates, "baseline" | "known">;

/**
 * Reads the baseline and the known issues that the options name, from the working directory; `scenarios` are the names of all that there are, and `isFailOnGiven` says whether
 * the user chose what to fail on.
 *
 * Throws Diagnostic `configuration` for files that cannot be used, and for kinds of change to fail on without a baseline, which would fail on nothing.
 */
export function readGates(
  { baseline, failOn, knownIssues, reportDir }: RunOptions,
  { scenarios, isFailOnGiven }: { scenarios: string[]; isFailOnGiven: boolean },
): GateFiles {
  if (isFailOnGiven && baseline === undefined)
    throw new Diagnostic(
      "configuration",
      "--fail-on is about changes since a baseline, and there is none",
      "Name one with --baseline, or leave --fail-on out.",
    );
  return {
    ...(baseline === undefined ? {} : { baseline: { results: baselineAt(placeOf(baseline, reportDir)), failOn } }),
    ...(knownIssues === undefined
      ? {}
      : { known: readKnownIssues({ path: knownIssues, cwd: process.cwd() }, scenarios) }),
  };
}

/** Where the results are that a user names; `latest` stands for those of the last run. */
export function placeOf(place: string, reportDir: string): string {
  return place === "latest" ? join(reportDir, "latest") : place;
}

function baselineAt(place: string): Results {
  try {
    return readResults(place).results;
  } catch (error) {
    if (!(error instanceof Diagnostic)) throw error;
    throw new Diagnostic(error.kind, `--baseline cannot be used. ${error.message}`, error.cure);
  }
}
