import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, inject, test } from "vitest";
import { hurup, nothingIsLeft } from "./test-cluster-api.ts";
import { meshgate } from "./test-command.ts";

afterEach(nothingIsLeft);

test("a run is compared with an earlier one, is worse when it covers less, and is in the history", async () => {
  const first = await meshgate(["--context", hurup, "--suite", "environment", "--suite", "pod-to-pod"]);
  expect(first).toMatchObject({ exitCode: 0, results: { verdict: "passed" } });
  const baseline = file("baseline.json", JSON.stringify(first.results));

  const config = file("gates.yaml", `required: [ "pod-to-pod/*/udp-*", environment/service-variables ]\n`);
  const less = ["--context", hurup, "--suite", "environment", "--baseline", baseline];
  const second = await meshgate([...less, "--config", config]);
  expect(second).toMatchObject({
    exitCode: 4,
    results: {
      verdict: "uncovered",
      uncovered: [{ scenario: "pod-to-pod/*/udp-*", reason: "the suites that were chosen leave it out of this run" }],
      comparison: {
        matchedBy: "id",
        remarks: [
          "This run leaves suites of the baseline out: pod-to-pod.",
          `The options are others: --config ${config}; in the baseline none.`,
        ],
      },
    },
  });
  expect(second.stdout).toMatch(/\n {2}uncovered: \d+ paths asked in the baseline, and not any more\n/);
  const accepted = await meshgate([...less, "--fail-on", "regressed"]);
  expect(accepted).toMatchObject({ exitCode: 0, results: { verdict: "passed" } });

  const reports = /^reports {2}(\S+)/m.exec(accepted.stdout)?.[1] ?? "";
  const history = join(dirname(reports), "history.jsonl");
  expect(JSON.parse(readFileSync(history, "utf8"))).toMatchObject({ run: accepted.results?.run.id, verdict: "passed" });
  const trend = await meshgate(["trend", "--history", history]);
  expect(trend.stdout).toMatch(/\nenvironment\/service-variables +1\/1 +100 % /);
  const diff = await meshgate(["diff", baseline, reports]);
  expect(diff).toMatchObject({ exitCode: 4, stderr: "" });
});

test("files that a run cannot be judged by are refused before anything is deployed", async () => {
  const wrong = file("known.yaml", `- { id: "*", reason: all, expires: tomorrow }\n`);
  for (const args of [
    ["--baseline", "nowhere.json"],
    ["--known-issues", wrong],
  ]) {
    const run = await meshgate(["--context", hurup, ...args]);
    expect(run).toMatchObject({ exitCode: 2, stdout: "", results: undefined });
  }
});

function file(name: string, text: string): string {
  const path = join(inject("labDirectory"), name);
  writeFileSync(path, text);
  return path;
}
