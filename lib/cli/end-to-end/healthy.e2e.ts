import { afterEach, expect, test } from "vitest";
import { athens, hurup, nothingIsLeft, runNamespaces, skagen } from "./test-cluster-api.ts";
import { lastLine, meshgate } from "./test-command.ts";

const three = ["--context", athens, "--multi-cluster", `${hurup},${skagen}`];

afterEach(nothingIsLeft);

test("three clusters: every ordered pair is tested, and what runs is what the dry run said", async () => {
  const suites = ["--suite", "pod-to-pod", "--suite", "environment", "--max-nodes", "1"];
  const planned = await meshgate([...three, ...suites, "--dry-run"]);
  expect(planned).toMatchObject({ exitCode: 0, stderr: "", results: undefined });
  expect(lastLine(planned)).toMatch(/^\d+ paths in 18 groups, 3 skipped; nothing was deployed$/);

  const run = await meshgate([...three, ...suites]);
  expect(run).toMatchObject({
    exitCode: 0,
    stderr: "",
    results: { verdict: "passed", troubles: [], run: { exitCode: 0 } },
  });
  expect(lastLine(run)).toMatch(/^66 passed, 0 failed, 0 broken, 3 skipped in \d+\.\d s$/);

  const asked = run.results?.paths.filter(({ verdict }) => verdict !== "skipped") ?? [];
  const ids = [...planned.stdout.matchAll(/^  (\S+)$/gm)].map(([, id]) => String(id));
  expect(asked.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());

  const across = asked.filter(({ scenario }) => scenario === "pod-to-pod/across-clusters").map(({ group }) => group);
  const pairs = [athens, hurup, skagen].flatMap((from, _, all) =>
    all.filter((to) => to !== from).map((to) => `${from} -> ${to}`),
  );
  expect([...new Set(across)].toSorted()).toEqual(pairs.toSorted());

  // With --max-nodes 1 no cluster has a second node, also the one that has two workers.
  expect(new Set(asked.flatMap(({ from }) => (from.cluster === athens ? [from.node ?? "no node"] : []))).size).toBe(2);
  expect(run.stdout).toContain(`SKIPPED  only one node is used\n  pod-to-pod/across-nodes in ${athens}`);
  expect(run.results?.clusters[0]?.nodes.map(({ chosen }) => chosen).toSorted()).toEqual([false, false, true]);
  expect(run.junit).toMatch(/^<\?xml .*\n<testsuites name="meshgate" tests="22" failures="0" errors="0" time="/);
});

test("one cluster: what needs two is skipped with its reason", async () => {
  const run = await meshgate(["--context", athens, "--suite", "pod-to-pod"]);
  expect(run).toMatchObject({ exitCode: 0, stderr: "", results: { verdict: "passed", troubles: [] } });
  expect(lastLine(run)).toMatch(/^24 passed, 0 failed, 0 broken, 2 skipped in \d+\.\d s$/);
  const skipped = run.results?.paths.filter(({ verdict }) => verdict === "skipped") ?? [];
  expect(skipped.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toMatchObject(
    ["pod-to-pod/across-clusters", "pod-to-pod/round-trip"].map((scenario) => ({
      scenario,
      reason: "only one cluster is tested; name more with --multi-cluster",
    })),
  );
  expect(run.junit).toContain('<skipped message="only one cluster is tested; name more with --multi-cluster">');
});

test("--list needs no cluster and no kubeconfig", async () => {
  const { exitCode, stdout, stderr, results } = await meshgate(["--list", "--suite", "environment"]);
  expect({ exitCode, stderr, results }).toEqual({ exitCode: 0, stderr: "", results: undefined });
  expect(stdout).toMatch(/^environment\/service-variables\n  claim   a pod that starts .*\n[^]*\n1 scenario\n$/);
});

test("--keep leaves the run, and cleanup removes it", async () => {
  const run = await meshgate(["--context", hurup, "--suite", "environment", "--keep"]);
  expect(run.exitCode).toBe(0);
  const namespace = run.results?.run.namespace ?? "";
  expect((await runNamespaces(hurup)).toSorted()).toEqual([namespace, `${namespace}-other`]);

  const cleanup = await meshgate(["cleanup", "--context", hurup]);
  expect(cleanup).toMatchObject({ exitCode: 0, stderr: "" });
  expect(cleanup.stdout.split("\n").toSorted().join("\n").trim()).toBe(
    [`removed  ${namespace}`, `removed  ${namespace}-other`]
      .map((line) => `  ${line}`)
      .join("\n")
      .trim() + `\n${hurup}`,
  );
  const again = await meshgate(["cleanup", "--context", hurup, "--multi-cluster", skagen]);
  expect(again.stdout).toBe([hurup, skagen].map((name) => `${name}\n  nothing is left of earlier runs\n`).join(""));
});
