import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, inject, test } from "vitest";
import { athens, hurup, nothingIsLeft, skagen } from "./test-cluster-api.ts";
import { labKubeconfig, lastLine, meshgate, troubles } from "./test-command.ts";
import { named, type TestKubeconfig } from "./test-kubeconfig.ts";

afterEach(nothingIsLeft);

test("a context that does not exist", async () => {
  const { exitCode, stdout, stderr, results } = await meshgate([
    "--context",
    athens,
    "--multi-cluster",
    "kind-region-hurub",
  ]);
  expect({ exitCode, stdout, results }).toEqual({ exitCode: 2, stdout: "", results: undefined });
  expect(stderr.replace(inject("labKubeconfig"), "KUBECONFIG")).toBe(
    [
      'meshgate: There is no context "kind-region-hurub" in KUBECONFIG.',
      '  Did you mean "kind-region-hurup"?',
      `  Contexts that exist: ${athens}, ${hurup}, ${skagen}`,
      "  To try meshgate without a cluster, leave --context out: npm test",
      "",
    ].join("\n"),
  );
});

test.each([
  ["is not there", undefined, /^meshgate: The kubeconfig \S+ does not exist/],
  ["is empty", "", /^meshgate: There is no context "kind-region-athens" in \S+\.\n/],
  ["is no YAML", "{ contexts: [", /^meshgate: The kubeconfig \S+ is not valid: it is not YAML/],
  ["is something else", "- a list\n", /^meshgate: The kubeconfig \S+ is not valid: it holds no fields/],
])("a kubeconfig that %s", async (_, text, message) => {
  const file = join(inject("labDirectory"), text === undefined ? "not-there" : "given");
  if (text !== undefined) writeFileSync(file, text);
  const { exitCode, stdout, stderr } = await meshgate(["--context", athens, "--kubeconfig", file]);
  expect(stderr).toMatch(message);
  expect(stderr).toContain(file);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
});

test("two contexts of one cluster", async () => {
  const kubeconfig = labKubeconfig();
  kubeconfig.contexts.push({ ...named(kubeconfig.contexts, athens), name: "the same" });
  const run = await meshgate(["--context", athens, "--context", "the same"], { kubeconfig });
  expect(run).toMatchObject({ exitCode: 2, results: { verdict: "configuration" } });
  expect(run.stderr).toBe(
    `meshgate: The contexts "${athens}" and "the same" lead to the same cluster.\n  Name each cluster once; its traffic to itself is always part of a run.\n`,
  );
});

test("context names of every form: a whole run works, and ids stay unique and equal to those planned", async () => {
  const names = ["kubeadm@kubernetes", "arn:aws:eks:eu-west-1:1:cluster/x", "my cluster"];
  const kubeconfig = renamed(labKubeconfig(), names);
  const contexts = names.flatMap((name) => ["--context", name]);
  const options = [...contexts, "--suite", "pod-to-pod", "--suite", "service-dns", "--max-nodes", "1"];
  const planned = await meshgate([...options, "--dry-run"], { kubeconfig });
  const run = await meshgate(options, { kubeconfig });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(troubles(run)).toEqual([]);
  expect(lastLine(run)).toMatch(/^\d+ passed, 0 failed, 0 broken, \d+ skipped in /);
  const ids = run.results?.paths.filter(({ verdict }) => verdict === "passed").map(({ id }) => id) ?? [];
  expect(new Set(ids).size).toBe(ids.length);
  const plannedIds = [...planned.stdout.matchAll(/^  (\S+)$/gm)].map(([, id]) => String(id));
  expect(ids.toSorted()).toEqual(plannedIds.toSorted());
  expect(run.stdout).toContain("kubeadm@kubernetes -> arn:aws:eks:eu-west-1:1:cluster/x");
});

test("gke_project_zone_cluster", async () => {
  const kubeconfig = renamed(labKubeconfig(), ["a", "b", "gke_p_z_c"]);
  const run = await meshgate(["--context", "gke_p_z_c", "--suite", "environment"], { kubeconfig });
  expect(run).toMatchObject({ exitCode: 0, stderr: "", results: { summary: { passed: 2 } } });
});

function renamed(kubeconfig: TestKubeconfig, names: string[]): TestKubeconfig {
  const contexts = kubeconfig.contexts.map(({ context }, index) => ({ name: names[index] ?? "", context }));
  return { ...kubeconfig, contexts, "current-context": names[0] ?? "" };
}
