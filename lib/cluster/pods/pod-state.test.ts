import { expect, onTestFinished, test } from "vitest";
import pods from "../../../fixtures/recorded/pods.json" with { type: "json" };
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import { podState } from "./pod-state.ts";
import { openTestCluster } from "../test-cluster.ts";

async function stateOf(reply: { status: number; body?: unknown }) {
  const { cluster, server, ...lab } = await openTestCluster();
  onTestFinished(() => lab[Symbol.asyncDispose]());
  server.answer("GET /api/v1/namespaces/facts/pods/p", reply);
  return podState(cluster, "facts", "p");
}

test("a recorded pod that is ready", async () => {
  expect(await stateOf({ status: 200, body: pods.ready })).toEqual({
    uid: "f7db2466-f982-4395-ba72-4eceebba151b",
    ready: true,
    restartCount: 0,
    address: "10.0.0.122",
  });
});

test("a recorded pod that crashes", async () => {
  expect(await stateOf({ status: 200, body: pods.crash })).toMatchObject({ ready: false, restartCount: 2 });
});

test("a pod without an address yet", async () => {
  expect(await stateOf({ status: 200, body: pods.nevermount })).toMatchObject({ ready: false, address: undefined });
});

test("a pod that is gone has no state", async () => {
  expect(await stateOf(errors["404-object"])).toBeUndefined();
});
