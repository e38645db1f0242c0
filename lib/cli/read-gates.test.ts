import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Diagnostic } from "../base/diagnostic.ts";
import { pointLatest } from "../report/directory.ts";
import { runSample } from "../report/sample-run.ts";
import { effectiveConfiguration } from "./config/effective-configuration.ts";
import type { Configuration } from "./config/configuration-schema.ts";
import { runOptions } from "./effective-options.ts";
import { readGates } from "./read-gates.ts";

const root = mkdtempSync(join(tmpdir(), "meshgate-gates-"));
afterAll(() => rmSync(root, { recursive: true }));

test("without options there are none", () => {
  expect(gates({})).toEqual({});
});

test("a baseline, the last run as one, and known issues", async () => {
  mkdirSync(join(root, "reports/run"), { recursive: true });
  writeFileSync(join(root, "reports/run/results.json"), JSON.stringify(await runSample([])));
  pointLatest(join(root, "reports"), "run");
  writeFileSync(join(root, "known.yaml"), "- { id: pods/x/*, reason: a bug, expires: 2030-01-31 }\n");
  const reportDir = join(root, "reports");
  const given = { baseline: "latest", reportDir, failOn: ["new" as const], knownIssues: join(root, "known.yaml") };
  expect(gates(given)).toMatchObject({
    baseline: { results: { run: { id: "sample" } }, failOn: ["new"] },
    known: [{ id: "pods/x/*" }],
  });
  expect(gates({ baseline: join(reportDir, "run") }).baseline?.failOn).toEqual(["regressed", "uncovered"]);
});

test("what cannot be used", () => {
  expect(refusal({ baseline: "/dev/null" })).toMatchInlineSnapshot(`
    "--baseline cannot be used. /dev/null is not a results.json of meshgate: it is not a regular file.
    Name the results.json of a run, or its directory; reports/results.schema.json says what it holds."
  `);
  expect(refusal({ failOn: [] })).toMatchInlineSnapshot(`
    "--fail-on is about changes since a baseline, and there is none
    Name one with --baseline, or leave --fail-on out."
  `);
  expect(refusal({ knownIssues: join(root, "absent") })).toContain("does not exist");
});

function gates(given: Configuration) {
  const flags = { list: false, dryRun: false, keep: false, color: true };
  const options = runOptions(effectiveConfiguration({}, given), flags);
  return readGates(options, { scenarios: ["pods/x"], isFailOnGiven: given.failOn !== undefined });
}

function refusal(given: Configuration): string {
  try {
    gates(given);
  } catch (error) {
    if (!(error instanceof Diagnostic) || error.kind !== "configuration") throw error;
    return `${error.message}\n${error.cure}`;
  }
  throw new Error("nothing was wrong");
}
