import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { pod, podSpec, startTestCluster, testNamespace } from "./test-cluster.ts";

const sets = "replicasets.apps";
const namespace = testNamespace;

function replicaSet(replicas: number): KubeObject {
  const labels = { app: "web" };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web", namespace },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec("echo:1") } },
  };
}

const ready = (count: number) => (set: KubeObject) =>
  (set.status.readyReplicas ?? 0) === count && set.status.replicas === count;

test("creates its pods, owns them and counts them", async () => {
  const { store, reached } = startTestCluster();
  const { metadata } = store.create(sets, replicaSet(3));
  const set = await reached(sets, "web", ready(3));
  expect(set.status).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  });
  const pods = store.list("pods", { namespace });
  expect(pods).toHaveLength(3);
  for (const each of pods) {
    expect(each.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(each.metadata.ownerReferences).toEqual([
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        name: "web",
        uid: metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  }
});

test("replaces a pod that is deleted", async () => {
  const { store, reached, seen } = startTestCluster();
  store.create(sets, replicaSet(1));
  await reached(sets, "web", ready(1));
  const [first] = store.list("pods", { namespace });
  store.delete("pods", first!.metadata.name, namespace);
  const second = await seen("pods", () =>
    store.list("pods", { namespace }).find(({ metadata }) => metadata.uid !== first!.metadata.uid),
  );
  expect(second.metadata.ownerReferences?.[0]?.name).toBe("web");
});

test("scales down and up", async () => {
  const { store, reached } = startTestCluster();
  store.create(sets, replicaSet(3));
  await reached(sets, "web", ready(3));
  store.modify(sets, "web", namespace, (copy) => ({ ...copy, spec: { ...copy.spec, replicas: 1 } }));
  await reached(sets, "web", ready(1));
  expect(store.list("pods", { namespace })).toHaveLength(1);
  store.modify(sets, "web", namespace, (copy) => ({ ...copy, spec: { ...copy.spec, replicas: 2 } }));
  await reached(sets, "web", ready(2));
  expect(store.list("pods", { namespace })).toHaveLength(2);
});

test("adopts a matching pod and releases one that stops matching", async () => {
  const { store, reached, seen } = startTestCluster();
  store.create("pods", pod("stray", { labels: { app: "web" } }));
  store.create(sets, replicaSet(1));
  const adopted = await reached("pods", "stray", ({ metadata }) => metadata.ownerReferences?.[0]?.name === "web");
  expect(store.list("pods", { namespace })).toEqual([adopted]);

  store.modify("pods", "stray", namespace, (copy) => ({
    ...copy,
    metadata: { ...copy.metadata, labels: { app: "other" } },
  }));
  await reached("pods", "stray", ({ metadata }) => !metadata.ownerReferences?.length);
  await seen("pods", () => store.list("pods", { namespace }).find(({ metadata }) => metadata.name.startsWith("web-")));
});

test("says that a quota refuses its pods, and goes on when it no longer does", async () => {
  const { store, reached, seen } = startTestCluster();
  const metadata = { name: "few", namespace };
  store.create("resourcequotas", { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "1" } } });
  store.create(sets, replicaSet(2));

  const set = await reached(sets, "web", ({ status }) => status.conditions?.[0]?.type === "ReplicaFailure");
  const message = expect.stringMatching(
    /^pods "web-\w+" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/,
  );
  expect(set.status.conditions).toEqual([
    { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message, lastTransitionTime: expect.any(String) },
  ]);
  const event = await seen("events", () =>
    store.list("events", { namespace }).find(({ reason }) => reason === "FailedCreate"),
  );
  expect(event).toMatchObject({
    type: "Warning",
    involvedObject: { kind: "ReplicaSet", name: "web" },
    source: { component: "replicaset-controller" },
    message: expect.stringMatching(/^Error creating: pods "web-\w+" is forbidden: exceeded quota/),
  });

  store.delete("resourcequotas", "few", namespace);
  const settled = await reached(sets, "web", ready(2));
  expect(settled.status.conditions).toBeUndefined();
});

test("says that Pod Security refuses its pods", async () => {
  const { store, reached } = startTestCluster();
  store.modify("namespaces", namespace, undefined, (copy) => {
    copy.metadata.labels = { ...copy.metadata.labels, "pod-security.kubernetes.io/enforce": "restricted" };
    return copy;
  });
  store.create(sets, replicaSet(1));
  const set = await reached(sets, "web", ({ status }) => status.conditions !== undefined);
  expect(set.status.conditions[0].message).toContain('violates PodSecurity "restricted:latest"');
});

test("its pods leave with it", async () => {
  const { store, reached, seen } = startTestCluster();
  store.create(sets, replicaSet(2));
  await reached(sets, "web", ready(2));
  store.delete(sets, "web", namespace);
  await seen("pods", () => (store.list("pods", { namespace }).length === 0 ? true : undefined));
  expect(store.get(sets, "web", namespace)).toBeUndefined();
});
