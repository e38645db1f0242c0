import { expect, test } from "vitest";
import { answeredBy, blocked } from "../scenario/expect/expect.ts";
import { path } from "../scenario/path.ts";
import type { Pod } from "../scenario/place.ts";
import { tcp } from "../scenario/probes.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { planText } from "./dry-run.ts";

const pod = (cluster: string, node: string, name: string): Pod => ({
  kind: "pod",
  cluster,
  node,
  name,
  namespace: "meshgate",
  address: "10.0.0.1",
  uid: "1",
});
const scenario = (name: string): Scenario => ({
  name,
  claim: "all reach all",
  spec: "https://example.org",
  covers: [],
  needs: [],
  deploy: [],
  acts: () => [],
});

test("a plan has a line for each group, path, skip and empty scenario, and the totals last", () => {
  const from = pod("my cluster", "worker", "client");
  const to = pod("arn:aws:eks:eu-west-1:1:cluster/x", "worker", "echo");
  const control = path("tcp", { from, to, probe: () => tcp("10.0.0.1"), expect: answeredBy(to) });
  const denial = path("tcp-denied", { from, to, probe: () => tcp("10.0.0.1"), expect: blocked(["refused"]), control });
  const act = { name: "", paths: [control, denial] };
  const text = planText({
    groups: [{ scenario: scenario("mesh/all"), act, pair: "my cluster -> x", paths: act.paths }],
    skips: [{ scenario: scenario("mesh/dns"), cluster: "my cluster", reason: "no DNS Service in kube-system" }],
    empty: [scenario("mesh/none")],
  });
  expect(text).toMatchInlineSnapshot(`
    "mesh/all  my cluster -> x  2 paths
      mesh/all/my%20cluster/worker/client/arn:aws:eks:eu-west-1:1:cluster%2Fx/worker/echo/tcp
      mesh/all/my%20cluster/worker/client/arn:aws:eks:eu-west-1:1:cluster%2Fx/worker/echo/tcp-denied
    mesh/dns  my cluster  skipped: no DNS Service in kube-system
    mesh/none  no path between the chosen nodes
    2 paths in 1 groups, 1 skipped; nothing was deployed"
  `);
});
