import { afterEach, expect, test } from "vitest";
import { athens, hurup, nextNamespace, nothingIsLeft, runNamespaces } from "./test-cluster-api.ts";
import { lastLine, meshgate, startMeshgate, troubles, workerOf } from "./test-command.ts";
import { dropOn, podRanges } from "./test-node.ts";

const [worker, worker2] = ["region-athens-worker", "region-athens-worker2"] as const;
const run = ["--context", athens, "--suite", "pod-to-pod"];

afterEach(nothingIsLeft);

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s in the middle: what is known is reported, nothing is left",
  async (signal) => {
    oneWayIsBroken();
    const running = startMeshgate(run);
    await running.printed(/^ +\S+ -> \S+ +12 passed/m);
    running.child.kill(signal);
    const ended = await running.ended;
    expect(ended).toMatchObject({ exitCode: 130, results: { verdict: "interrupted", run: { exitCode: 130 } } });
    expect(ended.stdout).toContain(
      `${signal}: stopping, writing the reports and cleaning up; once more to leave at once\n`,
    );
    expect(lastLine(ended)).toMatch(/^12 passed, 0 failed, 12 broken, 2 skipped in /);
    const reasons = ended.results?.paths.filter(({ verdict }) => verdict === "broken").map(({ reason }) => reason);
    expect(new Set(reasons)).toMatchInlineSnapshot(`
      Set {
        "the run was stopped before this path had its verdict",
      }
    `);
    expect(troubles(ended)).toEqual([]);
    expect(ended.junit).toContain(
      '<testsuite name="pod-to-pod/same-node" tests="1" failures="0" errors="0" skipped="0"',
    );
  },
);

test("SIGINT while it deploys", async () => {
  const running = startMeshgate(["--context", hurup]);
  await nextNamespace(hurup);
  running.child.kill("SIGINT");
  const ended = await running.ended;
  expect(ended).toMatchObject({ exitCode: 130, stderr: "", results: { verdict: "interrupted", troubles: [] } });
  expect(lastLine(ended)).toMatch(/^0 passed, 0 failed, 0 broken, 0 skipped in /);
});

test("a second signal ends the run at once and says what is left", async () => {
  oneWayIsBroken();
  const running = startMeshgate(run);
  await running.printed(/^ +\S+ -> \S+ +12 passed/m);
  running.child.kill("SIGINT");
  await running.printed(/once more to leave at once/);
  running.child.kill("SIGINT");
  const ended = await running.ended;
  expect(ended).toMatchObject({ exitCode: 130, results: { verdict: "interrupted" } });
  const namespace = ended.results?.run.namespace;
  expect(ended.stderr).toBe(
    `left behind, remove with:\n  kubectl --context ${athens} delete namespace ${namespace} ${namespace}-other\n`,
  );
  expect((await meshgate(["cleanup", "--context", athens])).exitCode).toBe(0);
});

test("a run that is killed leaves what it knew, and cleanup removes the rest; a run that is alive is kept", async () => {
  oneWayIsBroken();
  const running = startMeshgate([...run, "--keep"]);
  await running.printed(/^ +\S+ -> \S+ +12 passed/m);
  const alive = await meshgate(["cleanup", "--context", athens]);
  const pid = workerOf(running.child);
  expect(alive.stdout).toMatch(
    new RegExp(`^${athens}\n( {2}kept     meshgate-\\S+: its process ${pid} is alive\n){2}$`),
  );
  expect(await runNamespaces(athens)).toHaveLength(2);

  process.kill(pid, "SIGKILL");
  const ended = await running.ended;
  expect(ended).toMatchObject({
    exitCode: 137,
    results: { verdict: "interrupted", summary: { failed: 0, broken: 0 } },
  });
  expect(ended.results?.run.finishedAt).toBeUndefined();
  expect(await runNamespaces(athens)).toHaveLength(2);
  const cleanup = await meshgate(["cleanup", "--context", athens]);
  expect(cleanup).toMatchObject({ exitCode: 0, stderr: "" });
  expect(cleanup.stdout).toMatch(/^\S+\n( {2}removed  meshgate-\S+\n){2}$/);
});

test("a run whose starter is killed ends itself and cleans up", async () => {
  oneWayIsBroken();
  const running = startMeshgate(run);
  await running.printed(/^ +\S+ -> \S+ +12 passed/m);
  running.child.kill("SIGKILL");
  const ended = await running.ended;
  expect(ended).toMatchObject({ exitCode: null, results: { verdict: "interrupted", run: { exitCode: 130 } } });
});

test("a reader that goes away does not end the run", async () => {
  const running = startMeshgate(["--context", athens, "--suite", "pod-to-pod"]);
  await nextNamespace(athens);
  running.child.stdout?.destroy();
  const ended = await running.ended;
  expect(ended).toMatchObject({ exitCode: 0, stdout: "", stderr: "", results: { verdict: "passed" } });
});

test("a time limit ends a run that takes longer, and names the option", async () => {
  oneWayIsBroken();
  const ended = await meshgate([...run, "--timeout", "5s"]);
  expect(ended).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(troubles(ended)).toMatchInlineSnapshot(`
    [
      "- -
    the run was stopped at its time limit of 5.0 s
    Give it longer with --timeout, or less to do with --suite or --max-nodes.",
    ]
  `);
});

/** So that a run has something to wait for. */
function oneWayIsBroken(): void {
  dropOn(worker, `ip saddr ${podRanges[worker]} ip daddr ${podRanges[worker2]} udp dport 8082`);
}
