import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestCluster, type TestCluster } from "../../cluster/test-cluster.ts";
import { awaitImports } from "./await-imports.ts";
import { importedName } from "../run/imported-name.ts";
import { type LiveFacts, viewCluster } from "../world.ts";

let lab: TestCluster;
let live: LiveFacts;
beforeEach(async () => {
  lab = await openTestCluster();
  live = {
    namespaces: { run: "r", other: "o", host: "h" },
    pods: new Map(),
    services: new Map(),
    domains: new Map(),
    takenNodePorts: new Map(),
    takenAway: new Set(),
  };
  const resources = [{ kind: "ServiceImport", name: "serviceimports", namespaced: true }];
  lab.server.answer("GET /apis/multicluster.x-k8s.io/v1alpha1", { status: 200, body: { resources } });
});
afterEach(() => lab[Symbol.asyncDispose]());

function serve(...replies: string[][]): void {
  let asked = 0;
  lab.server.answer("GET /apis/multicluster.x-k8s.io/v1alpha1/namespaces/r/serviceimports", () => {
    const ips = replies[Math.min(asked++, replies.length - 1)];
    return { status: 200, body: { items: [{ metadata: { name: "web", namespace: "r" }, spec: { ips } }] } };
  });
}

const address = () => viewCluster("test cluster", [], [], live).service(importedName("web")).address;

test("an import is known by a name of its own as soon as it has an address", async () => {
  serve([], ["10.1.0.9"]);
  await awaitImports(lab.cluster, ["web"], { live, limitMs: 60_000, signal: new AbortController().signal });
  expect(address()).toBe("10.1.0.9");
});

test("the end of the limit is no failure; whoever asks for the address is told", async () => {
  serve([]);
  await awaitImports(lab.cluster, ["web"], { live, limitMs: 0, signal: new AbortController().signal });
  expect(address).toThrow("the Service web.clusterset of test cluster is not there yet");
});
