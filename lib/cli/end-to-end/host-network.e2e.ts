import { afterEach, expect, test } from "vitest";
import { athens, nothingIsLeft } from "./test-cluster-api.ts";
import { dropOn } from "./test-node.ts";
import { lastLine, quickRun } from "./test-command.ts";

const suite = ["--context", athens, "--suite", "host-paths"];

afterEach(nothingIsLeft);

test("with --host-network agents run in the nodes' network, and their namespace goes like the others", async () => {
  const run = await quickRun([...suite, "--host-network"]);
  expect(run).toMatchObject({ exitCode: 0, stderr: "", results: { verdict: "passed", troubles: [] } });
  expect(lastLine(run)).toMatch(/^72 passed, 0 failed, 0 broken, 0 skipped in /);
});

test("without it ports are audited, and a kubelet behind a firewall is nobody's leak", async () => {
  dropOn("region-athens-worker", "tcp dport 10250");
  const run = await quickRun(suite);
  expect(run).toMatchObject({ exitCode: 0, stderr: "", results: { verdict: "passed", troubles: [] } });
  expect(lastLine(run)).toMatch(/^30 passed, 0 failed, 0 broken, 5 skipped in /);
  const silent = run.results?.paths.filter(({ outcome }) => outcome === "timeout") ?? [];
  const askers = silent.map(({ from, to }) => `${from.node} -> ${to.node}`).toSorted();
  expect(askers).toEqual(["control-plane", "worker2"].map((node) => `region-athens-worker -> region-athens-${node}`));
});
