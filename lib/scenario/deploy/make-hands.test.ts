import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestCluster, type TestCluster } from "../../cluster/test-cluster.ts";
import { keepIngresses } from "./ingresses.ts";
import { makeHands } from "./make-hands.ts";
import { type LiveFacts, viewCluster } from "../world.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
});
afterEach(() => lab[Symbol.asyncDispose]());

const live: LiveFacts = {
  namespaces: { run: "r", other: "o", host: "h" },
  pods: new Map(),
  services: new Map(),
  domains: new Map(),
  takenNodePorts: new Map(),
  takenAway: new Set(),
};

function hands() {
  const values = {
    namespace: "r",
    otherNamespace: "o",
    hostNamespace: "h",
    runId: "1",
    clusterName: "test cluster",
    nodes: ["n"],
    agentScript: "",
  };
  const site = { isFirst: true, cluster: lab.cluster, values };
  const options = { live, timeoutMs: 1_000, signal: new AbortController().signal };
  return makeHands([site], options, keepIngresses([]));
}

const view = viewCluster("test cluster", [], [], live);

function serve(ingress: object[], metadata: object = {}) {
  const spec = { type: "LoadBalancer", clusterIP: "10.1.0.5", ports: [] };
  const items = [
    { metadata: { name: "web", namespace: "r", ...metadata }, spec, status: { loadBalancer: { ingress } } },
  ];
  return { status: 200, body: { items } };
}

test("waiting for an address ends when it is there, and what the Service is then is known", async () => {
  let asked = 0;
  lab.server.answer("GET /api/v1/services", () => serve(++asked === 1 ? [] : [{ ip: "10.9.0.1" }, { hostname: "lb" }]));
  await hands().awaitAddresses(view, ["web"], 60_000);
  expect(asked).toBe(2);
  expect(view.service("web").loadBalancerHost).toBe("10.9.0.1");
  expect(view.service("web").loadBalancerHosts).toEqual(["10.9.0.1", "lb"]);
});

test("the end of the limit is no failure, and the Service says that it has no address", async () => {
  lab.server.answer("GET /api/v1/services", serve([]));
  await hands().awaitAddresses(view, ["web"], 0);
  expect(() => view.service("web").loadBalancerHost).toThrow(
    "the Service web of test cluster has no address of a load balancer",
  );
});

test("a Service on its way out keeps the address that it had", async () => {
  lab.server.answer("GET /api/v1/services", serve([{ ip: "10.9.0.1" }]));
  await hands().awaitAddresses(view, ["web"], 0);
  lab.server.answer("GET /api/v1/services", serve([], { deletionTimestamp: "2026-01-01T00:00:00Z" }));
  await hands().awaitAddresses(view, ["web"], 0);
  expect(view.service("web").loadBalancerHost).toBe("10.9.0.1");
});
