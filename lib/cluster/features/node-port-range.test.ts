import { afterEach, beforeEach, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import { readNodePortRange } from "./node-port-range.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
});
afterEach(() => lab[Symbol.asyncDispose]());

const usual = { first: 30_000, last: 32_767, from: "default" };

function serverWith(...command: string[]): void {
  const items = [
    { metadata: { name: "kube-apiserver-n" }, spec: { containers: [{ name: "kube-apiserver", command }] } },
  ];
  lab.server.answer("GET /api/v1/namespaces/kube-system/pods", { status: 200, body: { items } });
}

test.each([
  [["kube-apiserver", "--service-node-port-range=20000-22767"], { first: 20_000, last: 22_767 }],
  [["kube-apiserver", "--service-node-port-range", "20000-22767"], { first: 20_000, last: 22_767 }],
  [["kube-apiserver", "--service-node-port-range=20000+100"], { first: 20_000, last: 20_100 }],
])("%j tells it", async (command, range) => {
  serverWith(...command);
  expect(await readNodePortRange(lab.cluster)).toEqual({ ...range, from: "flag" });
});

test("it is the default where no flag, no pod or no right tells", async () => {
  serverWith("kube-apiserver", "--service-cluster-ip-range=10.1.0.0/16");
  expect(await readNodePortRange(lab.cluster)).toEqual(usual);
  lab.server.answer("GET /api/v1/namespaces/kube-system/pods", { status: 200, body: { items: [] } });
  expect(await readNodePortRange(lab.cluster)).toEqual(usual);
  lab.server.answer("GET /api/v1/namespaces/kube-system/pods", errors["403-forbidden"]);
  expect(await readNodePortRange(lab.cluster)).toEqual(usual);
});
