import { expect, test } from "vitest";
import type { Cluster, KubeObject } from "../../cluster/cluster.ts";
import { somePod } from "../fixture.ts";
import { type LiveFacts, namespacesOf, podKey } from "../world.ts";
import { watchPods } from "./pod-watch.ts";

const echo = { ...somePod("echo"), namespace: namespacesOf("r").run };

/** The pod had been restarted once before the run found it up. */
async function seen(now: KubeObject | undefined | "refused", takenAway: string[] = []) {
  const live: LiveFacts = {
    namespaces: namespacesOf("r"),
    pods: new Map([
      [podKey(echo), { ...echo, uid: echo.uid, addresses: [echo.address], node: "worker", restartCount: 1 }],
    ]),
    services: new Map(),
    domains: new Map(),
    takenNodePorts: new Map(),
    takenAway: new Set(takenAway),
  };
  const list = async (_: unknown, { namespace }: { namespace: string }) => {
    if (now === "refused") throw new Error("refused");
    return namespace === echo.namespace && now ? [now] : [];
  };
  const startedMs = Date.now();
  const watch = watchPods([{ context: "athens", list } as unknown as Cluster], live);
  const incidents = await watch.incidentsOf(echo, Date.now());
  expect(watch.disturbedIn("athens", echo.namespace)).toEqual(takenAway.length === 0 ? incidents : []);
  expect(watch.disturbedIn("athens", "another")).toEqual([]);
  watch.stop();
  for (const { fromMs, toMs } of incidents) expect([fromMs >= startedMs, toMs >= fromMs]).toEqual([true, true]);
  return incidents.map(({ says, toMs }) => `${says}${toMs === Infinity ? "" : ", and is back"}`);
}

function podObject({
  uid = echo.uid,
  restartCount = 1,
  ready = true,
  state = { running: {} },
  status = {},
  metadata = {},
}: Partial<Record<"state" | "status" | "metadata", object>> & {
  uid?: string;
  restartCount?: number;
  ready?: boolean;
} = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "echo", uid, ...metadata },
    status: {
      phase: "Running",
      podIP: "10.0.0.4",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [{ restartCount, state, lastState: { terminated: { reason: "OOMKilled" } } }],
      ...status,
    },
  };
}

test("pods that are as they were, restarts before the run included, or merely not ready, are nothing", async () => {
  expect(await seen(podObject())).toEqual([]);
  expect(await seen(podObject({ ready: false }))).toEqual([]);
});

test("a pod that is gone, replaced, evicted, ended or restarted since is", async () => {
  const who = "the pod echo on worker of athens";
  expect(await seen(undefined)).toEqual([`${who} is gone`]);
  expect(await seen(podObject({ uid: "another" }))).toEqual([`${who} is gone`]);
  expect(await seen(podObject({ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }))).toEqual([
    `${who} is being deleted`,
  ]);
  expect(await seen(podObject({ status: { phase: "Failed", reason: "Evicted" } }))).toEqual([`${who} was evicted`]);
  expect(await seen(podObject({ state: { waiting: {} }, ready: false }))).toEqual([`${who} does not run any more`]);
  expect(await seen(podObject({ restartCount: 2, ready: false }))).toEqual([`${who} was restarted (OOMKilled)`]);
  expect(await seen(podObject({ restartCount: 2 }))).toEqual([`${who} was restarted (OOMKilled), and is back`]);
});

test("what the run itself took away is no disturbance of others", async () => {
  expect(await seen(undefined, [echo.uid])).toEqual(["the pod echo on worker of athens is gone"]);
});

test("what cannot be looked at is no excuse", async () => {
  expect(await seen("refused")).toEqual([]);
});
