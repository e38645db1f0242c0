import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, inject, test } from "vitest";
import { athens, hurup, nothingIsLeft } from "./test-cluster-api.ts";
import { lastLine, meshgate } from "./test-command.ts";

afterEach(nothingIsLeft);

test("a run from a file: short names, an expectation, and a required scenario that is skipped", async () => {
  const config = file(`
contexts: [ { name: athens, context: ${athens} }, { name: hurup, context: ${hurup} } ]
kubeconfig: ${inject("labKubeconfig")}
suites: [ pod-to-pod ]
required: [ pod-to-pod/across-clusters, pod-to-pod/across-nodes ]
expectations: [ { from: hurup, to: athens, expect: denied } ]
maxNodes: 1
`);
  const run = await meshgate(["--config", config]);
  expect(run).toMatchObject({
    exitCode: 4,
    stderr: "",
    results: {
      verdict: "uncovered",
      troubles: [],
      run: { exitCode: 4 },
      uncovered: [athens, hurup].map((where) => ({
        scenario: "pod-to-pod/across-nodes",
        where,
        reason: "only one node is used",
      })),
    },
  });
  expect(run.stdout).toContain(
    `pod-to-pod/across-nodes  ${athens}   REQUIRED and not looked at\n  reason    only one node is used\n`,
  );
  expect(run.stdout).toMatch(
    /\nresult   uncovered, exit code 4: all \d+ paths that were looked at keep their claims, but/,
  );
  expect(lastLine(run)).toMatch(/ 0 failed, 0 broken, 4 skipped in /);
  const across = run.results?.paths.filter(({ scenario }) => scenario === "pod-to-pod/across-clusters") ?? [];
  expect(new Set(across.map(({ group, verdict }) => `${group} ${verdict}`))).toEqual(
    new Set([`${athens} -> ${hurup} passed`, `${hurup} -> ${athens} skipped`]),
  );
  expect(run.junit).toMatch(/<error message="[^"]+1 required scenario was not looked at everywhere"/);

  const covered = await meshgate(["--config", config, "--context", "hurup", "--suite", "environment"]);
  expect(covered).toMatchObject({ exitCode: 4, results: { clusters: [{ context: hurup }], verdict: "uncovered" } });
  expect(covered.results?.uncovered?.map(({ reason }) => reason)).toEqual([
    "the suites that were chosen leave it out of this run",
    "the suites that were chosen leave it out of this run",
  ]);
});

test("what is required and looked at passes", async () => {
  const config = file("required: [ environment ]\ntimeout: 5m\n");
  const run = await meshgate(["--config", config, "--context", hurup, "--suite", "environment"]);
  expect(run).toMatchObject({ exitCode: 0, stderr: "", results: { verdict: "passed", uncovered: [] } });
});

test("wrong files are refused with the line, before anything is deployed", async () => {
  const wrong = file("timeout: 5\nexpectation: []\n");
  const shown = (text: string) => text.replaceAll(wrong, "c.yaml");
  const refused = await meshgate(["--config", wrong]);
  expect({ ...refused, stderr: shown(refused.stderr) }).toMatchObject({ exitCode: 2, stdout: "", results: undefined });
  expect(shown(refused.stderr)).toMatchInlineSnapshot(`
    "meshgate: the configuration file has 2 problems
      c.yaml:1:10: timeout must be a duration with a unit, such as 500ms, 30s or 1m30s, not 5
      c.yaml:2:1: there is no key expectation; did you mean expectations?
      Correct c.yaml; lib/cli/config/configuration-schema.json describes every key, and --print-config shows what is in effect.
    "
  `);

  const unknown = file(`contexts: [ kind-region-athen ]\nkubeconfig: ${inject("labKubeconfig")}\n`);
  const { exitCode, stderr } = await meshgate(["--config", unknown]);
  expect({ exitCode, stderr: stderr.replaceAll(unknown, "c.yaml") }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(
      "c.yaml:1:13: there is no context kind-region-athen; did you mean kind-region-athens?",
    ) as string,
  });
});

test("cleanup takes its clusters from the file, too", async () => {
  const config = file(`contexts: [ { name: hurup, context: ${hurup} } ]\nkubeconfig: ${inject("labKubeconfig")}\n`);
  for (const args of [[], ["--context", "hurup"]]) {
    const cleanup = await meshgate(["cleanup", "--config", config, ...args]);
    expect(cleanup).toMatchObject({ exitCode: 0, stdout: `${hurup}\n  nothing is left of earlier runs\n` });
  }
});

let files = 0;

function file(text: string): string {
  const path = join(inject("labDirectory"), `config-${files++}.yaml`);
  writeFileSync(path, text);
  return path;
}
