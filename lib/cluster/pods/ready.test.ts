import { afterEach, beforeEach, describe, expect, test } from "vitest";
import pods from "../../../fixtures/recorded/pods.json" with { type: "json" };
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import type { KubeObject } from "../cluster.ts";
import { placePod } from "../run/place-pod.ts";
import { waitReady } from "./ready.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
/** How often the pods were asked for. */
let looks: number;
/** What happens just before a look, by its number. */
let before: Record<number, () => void>;
let state: Record<"pods" | "daemonsets" | "deployments" | "replicasets" | "events", object[]>;
beforeEach(async () => {
  lab = await openTestCluster();
  state = { pods: [], daemonsets: [], deployments: [], replicasets: [], events: [] };
  looks = 0;
  before = {};
  lab.server.answer("GET /api/v1/namespaces/mg/pods", () => {
    looks += 1;
    before[looks]?.();
    return { status: 200, body: { items: state.pods } };
  });
  answer("/api/v1/namespaces/mg/events", "events");
  for (const plural of ["daemonsets", "deployments", "replicasets"] as const)
    answer(`/apis/apps/v1/namespaces/mg/${plural}`, plural);
});
afterEach(() => lab[Symbol.asyncDispose]());

function answer(path: string, plural: keyof typeof state): void {
  lab.server.answer(`GET ${path}`, () => ({ status: 200, body: { items: state[plural] } }));
}

const podSpec = {};
placePod(podSpec, ["worker-1", "worker-2"]);
const echo: KubeObject = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "echo", namespace: "mg" },
  spec: { template: { spec: podSpec } },
};

function daemonSet(updated: number): object {
  return {
    metadata: { name: "echo", uid: "ds", generation: 2 },
    status: { observedGeneration: 2, updatedNumberScheduled: updated },
  };
}

/** A recorded pod under another name, on a node, and owned. */
function pod(
  recorded: "ready" | "badimage" | "crash" | "nevermount",
  name: string,
  node: string,
  owner = "ds",
): object {
  const { metadata, ...rest } = pods[recorded];
  const owned = {
    ...metadata,
    name,
    namespace: "mg",
    uid: `uid-${name}`,
    ownerReferences: [{ uid: owner, controller: true }],
  };
  return { ...rest, metadata: owned, spec: { nodeName: node } };
}

/** A pod on worker-2 whose image does not come. */
function pulling(reason: string, message: string): object {
  const status = { containerStatuses: [{ name: "c", state: { waiting: { reason, message } } }] };
  return { ...pod("badimage", "echo-b", "worker-2"), status };
}

function unready(name: string, node: string): object {
  const conditions = [{ type: "Ready", status: "False", reason: "ContainersNotReady" }];
  return { ...pod("ready", name, node), status: { ...pods.ready.status, conditions } };
}

function event(reason: string, uid: string, message: string): object {
  return { metadata: { name: "e" }, type: "Warning", reason, message, involvedObject: { uid } };
}

/** `stepMs`: so much time goes by from one look at the cluster to the next, instead of real time. */
const wait = (objects: KubeObject[] = [echo], timeoutMs = 60_000, stepMs?: number) =>
  waitReady(lab.cluster, "mg", objects, {
    timeoutMs,
    ...(stepMs === undefined ? {} : { now: () => looks * stepMs }),
  });

describe("a DaemonSet", () => {
  test("is up when a pod is ready on each of its nodes", async () => {
    state.daemonsets = [daemonSet(2)];
    state.pods = [pod("ready", "echo-b", "worker-2"), pod("ready", "echo-a", "worker-1")];
    const { ready, troubles } = await wait();
    expect(troubles).toEqual([]);
    expect(ready).toEqual(
      [
        ["echo-a", "worker-1"],
        ["echo-b", "worker-2"],
      ].map(([name = "", node]) => ({
        workload: { kind: "DaemonSet", name: "echo" },
        namespace: "mg",
        name,
        uid: `uid-${name}`,
        labels: pods.ready.metadata.labels,
        node,
        address: "10.0.0.122",
        addresses: ["10.0.0.122"],
        restartCount: 0,
      })),
    );
  });

  test("is awaited: neither pods of an older version, nor those on their way out, nor those of others count", async () => {
    const leaving = pod("ready", "old", "worker-2") as KubeObject;
    leaving.metadata.deletionTimestamp = "2026-11-21T01:00:00Z";
    state.pods = [pod("ready", "echo-a", "worker-1"), leaving, pod("ready", "other", "worker-2", "somebody")];
    state.daemonsets = [daemonSet(0)];
    const steps = [
      () => (state.pods = [pod("ready", "echo-a", "worker-1"), pod("ready", "echo-b", "worker-2")]),
      () => (state.daemonsets = [daemonSet(2)]),
    ];
    lab.server.answer("GET /api/v1/namespaces/mg/events", () => {
      steps.shift()?.();
      return { status: 200, body: { items: [] } };
    });
    const { ready } = await wait();
    expect(ready.map(({ name }) => name)).toEqual(["echo-a", "echo-b"]);
    expect(steps).toEqual([]);
  });

  test("that is not ready on one node leaves the other one usable, and is explained before the time is over", async () => {
    state.daemonsets = [daemonSet(2)];
    state.pods = [pod("ready", "echo-a", "worker-1"), pulling("ErrImagePull", "nope:1: not found")];
    before[2] = () => {
      state.pods = [pod("ready", "echo-a", "worker-1"), pulling("ImagePullBackOff", "nope:1: not found")];
    };
    const { ready, troubles } = await wait([echo], 60_000, 2500);
    expect(looks).toBe(3);
    expect(ready.map(({ node }) => node)).toEqual(["worker-1"]);
    expect(troubles).toEqual([
      {
        cluster: "test cluster",
        object: "Pod/mg/echo-b",
        message: "pod on worker-2: ImagePullBackOff: nope:1: not found",
        cure:
          "Name an image that this node can pull with --image, or a secret with --image-pull-secret. " +
          "Look with: kubectl --context 'test cluster' -n mg describe pod echo-b",
      },
    ]);
  });

  test("whose image a registry could not give for a while is awaited", async () => {
    state.daemonsets = [daemonSet(2)];
    state.pods = [pod("ready", "echo-a", "worker-1"), pulling("ErrImagePull", "dial tcp: i/o timeout")];
    before[5] = () => (state.pods = [pod("ready", "echo-a", "worker-1"), pod("ready", "echo-b", "worker-2")]);
    expect(await wait([echo], 180_000, 14_000)).toMatchObject({ ready: [{}, {}], troubles: [] });
  });

  test("whose pod runs and stays unready on one node can be asked from there, and is a trouble", async () => {
    state.daemonsets = [daemonSet(2)];
    state.pods = [pod("ready", "echo-a", "worker-1"), unready("echo-b", "worker-2")];
    state.events = [event("Unhealthy", "uid-echo-b", "Readiness probe failed: context deadline exceeded")];
    const { ready, troubles } = await wait([echo], 180_000, 10_000);
    expect(looks).toBe(3);
    expect(ready.map(({ name, usableOnly }) => [name, usableOnly])).toEqual([
      ["echo-a", undefined],
      ["echo-b", true],
    ]);
    expect(troubles).toEqual([
      {
        cluster: "test cluster",
        object: "Pod/mg/echo-b",
        message: "pod on worker-2: runs and is not ready; Unhealthy: Readiness probe failed: context deadline exceeded",
        cure:
          "The kubelet of its node cannot reach it, or it does not answer; see all of it with: " +
          "kubectl --context 'test cluster' -n mg describe pod echo-b",
      },
    ]);
  });

  test("whose pod becomes ready now and then is awaited: only what lasts without a gap is believed", async () => {
    const both = () => [unready("echo-a", "worker-1"), unready("echo-b", "worker-2")];
    state.daemonsets = [daemonSet(2)];
    state.pods = both();
    before[3] = () => (state.pods = [pod("ready", "echo-a", "worker-1"), unready("echo-b", "worker-2")]);
    before[4] = () => (state.pods = both());
    before[5] = () => (state.pods = [pod("ready", "echo-a", "worker-1"), pod("ready", "echo-b", "worker-2")]);
    expect(await wait([echo], 180_000, 9000)).toMatchObject({ ready: [{}, {}], troubles: [] });
  });

  test("whose pod is up on a node has no other one there", async () => {
    state.daemonsets = [daemonSet(2)];
    state.pods = [pod("ready", "echo-a", "worker-1"), unready("echo-new", "worker-1")];
    expect((await wait([echo], 0)).ready.map(({ name }) => name)).toEqual(["echo-a"]);
  });

  test("whose pods got containers that nobody asked for is up, and a trouble", async () => {
    const injected = (name: string, node: string) => ({
      ...pod("ready", name, node),
      spec: {
        nodeName: node,
        initContainers: [{ name: "prepare" }, { name: "istio-init" }],
        containers: [{ name: "agent" }, { name: "istio-proxy" }],
      },
    });
    const asked = { initContainers: [{ name: "prepare" }], containers: [{ name: "agent" }], ...podSpec };
    state.daemonsets = [daemonSet(2)];
    state.pods = [injected("echo-a", "worker-1"), injected("echo-b", "worker-2")];
    const { ready, troubles } = await wait([{ ...echo, spec: { template: { spec: asked } } }]);
    expect(ready).toHaveLength(2);
    expect(troubles).toEqual([
      {
        cluster: "test cluster",
        object: "DaemonSet/mg/echo",
        message:
          "2 of its pods have containers that nobody asked for (istio-init, istio-proxy): " +
          "what is measured would be theirs",
        cure:
          "Exempt the namespace mg from whatever adds them; look with: " +
          "kubectl --context 'test cluster' get mutatingwebhookconfigurations",
      },
    ]);
  });

  test("whose pods are refused is explained at once, in the server's words", async () => {
    state.daemonsets = [daemonSet(0)];
    const text =
      'Error creating: pods "echo-x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3';
    state.events = [event("FailedCreate", "ds", text), event("FailedCreate", "somebody", "not ours")];
    const { ready, troubles } = await wait();
    expect(ready).toEqual([]);
    expect(troubles).toMatchObject([{ object: "DaemonSet/mg/echo", message: `its pods are refused: ${text}` }]);
    expect(troubles[0]?.cure).toMatch(
      /^Raise the quota, or use fewer nodes with --max-nodes; look with: kubectl .* describe daemonset echo$/,
    );
  });

  test("whose pods are refused by a quota that nobody has counted yet has a little time", async () => {
    state.daemonsets = [daemonSet(0)];
    state.events = [
      event("FailedCreate", "ds", 'pods "echo-x" is forbidden: status unknown for quota: q, resources: pods'),
    ];
    before[3] = () => {
      state.daemonsets = [daemonSet(2)];
      state.pods = [pod("ready", "echo-a", "worker-1"), pod("ready", "echo-b", "worker-2")];
    };
    expect(await wait([echo], 180_000)).toMatchObject({ ready: [{}, {}], troubles: [] });
  });

  test("without a pod on a node is told when the time is over", async () => {
    state.daemonsets = [daemonSet(1)];
    state.pods = [pod("ready", "echo-a", "worker-1")];
    const { ready, troubles } = await wait([echo], 0);
    expect(ready).toHaveLength(1);
    expect(troubles).toMatchObject([{ object: "DaemonSet/mg/echo", message: "1 pod missing on worker-2 after 0 s" }]);
  });
});

describe("a pod", () => {
  const bare = (annotations: Record<string, string> = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "single", namespace: "mg", annotations },
    spec: {},
  });

  test("that crashes is told with the end of its log", async () => {
    state.pods = [pod("crash", "single", "worker-1")];
    lab.server.answer("GET /api/v1/namespaces/mg/pods/single/log", {
      status: 200,
      body: "starting\n\u001B[31mno such command\n",
    });
    const { troubles } = await wait([bare()], 0);
    expect(troubles).toMatchObject([
      {
        message:
          "pod on worker-1: its container c ends again and again (exit code 1); its log ends: starting | \\x1b[31mno such command",
        cure: "Read its log with: kubectl --context 'test cluster' -n mg logs single -c c --previous",
      },
    ]);
  });

  test("that is meant never to be ready is up when it runs", async () => {
    const running = pod("ready", "single", "worker-1") as KubeObject;
    state.pods = [{ ...running, status: { ...pods.ready.status, conditions: [] } }];
    expect((await wait([bare()], 0)).troubles).toHaveLength(1);
    expect(await wait([bare({ "meshgate.dev/ready": "never" })], 0)).toMatchObject({
      ready: [{ name: "single" }],
      troubles: [],
    });
  });

  test("that runs when the time is over can be asked from all the same", async () => {
    state.pods = [unready("single", "worker-1")];
    expect(await wait([bare()], 0)).toMatchObject({ ready: [{ name: "single", usableOnly: true }], troubles: [{}] });
  });

  test("that is not up when the time is over is told with what is known", async () => {
    state.pods = [pod("nevermount", "single", "worker-1")];
    expect((await wait([bare()], 0)).troubles).toMatchObject([
      { message: "pod on worker-1: not up within 0 s: is Pending" },
    ]);
  });
});

test("a Deployment's pods are those of its ReplicaSets, which are asked for refusals too", async () => {
  const deployment: KubeObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", namespace: "mg" },
    spec: { replicas: 2 },
  };
  state.deployments = [
    { metadata: { name: "d", uid: "d", generation: 1 }, status: { observedGeneration: 1, updatedReplicas: 1 } },
  ];
  state.replicasets = [{ metadata: { name: "d-1", uid: "rs", ownerReferences: [{ uid: "d" }] } }];
  state.pods = [pod("ready", "d-1-a", "worker-1", "rs")];
  state.events = [event("FailedCreate", "rs", 'pods "d" is forbidden: violates PodSecurity "restricted:latest"')];
  const { ready, troubles } = await wait([deployment]);
  expect(ready.map(({ name }) => name)).toEqual(["d-1-a"]);
  expect(troubles).toMatchObject([
    { object: "Deployment/mg/d", message: expect.stringContaining("violates PodSecurity") },
  ]);
});

test("a Deployment's pod that is not ready does not stand beside one that is", async () => {
  const deployment: KubeObject = { ...echo, kind: "Deployment", spec: { replicas: 1 } };
  state.deployments = [
    { metadata: { name: "echo", uid: "d", generation: 1 }, status: { observedGeneration: 1, updatedReplicas: 2 } },
  ];
  state.replicasets = [{ metadata: { name: "rs", uid: "ds", ownerReferences: [{ uid: "d" }] } }];
  state.pods = [unready("echo-new", "worker-1"), pod("ready", "echo-old", "worker-2")];
  const { ready, troubles } = await wait([deployment], 180_000, 10_000);
  expect(ready.map(({ name }) => name)).toEqual(["echo-old"]);
  expect(troubles).toMatchObject([{ object: "Pod/mg/echo-new" }]);
});

test("nothing to wait for is up at once", async () => {
  expect(await wait([])).toEqual({ ready: [], troubles: [] });
});

test("an API server that forbids looking is broken", async () => {
  lab.server.answer("GET /api/v1/namespaces/mg/pods", errors["403-forbidden"]);
  await expect(wait()).rejects.toMatchObject({ kind: "broken", failure: "forbidden" });
});

test("an abort ends the wait", async () => {
  const options = { timeoutMs: 60_000, signal: AbortSignal.abort() };
  await expect(waitReady(lab.cluster, "mg", [echo], options)).rejects.toMatchObject({ kind: "interrupted" });
});
