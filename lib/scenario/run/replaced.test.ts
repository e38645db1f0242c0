import { expect, test } from "vitest";
import type { Cluster, KubeObject } from "../../cluster/cluster.ts";
import { answeredBy } from "../expect/expect.ts";
import { somePod } from "../fixture.ts";
import { path } from "../path.ts";
import { findReplaced } from "./replaced.ts";
import { type LiveFacts, namespacesOf, podKey } from "../world.ts";

const client = somePod("client");
const echo = somePod("echo");
const probe = () => ({ kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 1000 }) as const;
const trial = {
  path: path("tcp", { from: client, to: echo, probe, expect: answeredBy(echo) }),
  attempts: [],
  startedMs: 0,
  endedMs: 0,
};

/** Each pod had been restarted once before the run found it up. */
function reasonWith(now: (name: string) => KubeObject | undefined): Promise<string | undefined> {
  const live: LiveFacts = {
    namespaces: namespacesOf("r"),
    pods: new Map(
      [client, echo].map((pod) => [podKey(pod), { ...pod, addresses: [pod.address], node: "worker", restartCount: 1 }]),
    ),
    services: new Map(),
    domains: new Map(),
    takenNodePorts: new Map(),
  };
  const cluster = { context: "athens", get: (_: unknown, name: string) => Promise.resolve().then(() => now(name)) };
  return findReplaced([cluster as unknown as Cluster], live)(trial);
}

function podObject(name: string, { uid = `athens-worker-${name}`, restartCount = 1 } = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, uid },
    status: { containerStatuses: [{ restartCount }] },
  };
}

test("pods that are as they were, restarts before the run included, excuse nothing", async () => {
  expect(await reasonWith((name) => podObject(name))).toBeUndefined();
});

test("a pod that is gone, was replaced or was restarted since is the reason", async () => {
  const echoIs = (object: KubeObject | undefined) => reasonWith((name) => (name === "echo" ? object : podObject(name)));
  expect(await echoIs(undefined)).toBe("the pod echo on worker of athens is gone");
  expect(await echoIs(podObject("echo", { uid: "another" }))).toBe("the pod echo on worker of athens is gone");
  expect(await echoIs(podObject("echo", { restartCount: 2 }))).toBe("the pod echo on worker of athens was restarted");
});

test("what cannot be looked at is no excuse", async () => {
  const refuse = () => {
    throw new Error("refused");
  };
  expect(await reasonWith(refuse)).toBeUndefined();
});
