import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { podSpec, startTestCluster, testNamespace } from "./test-cluster.ts";

const resource = "daemonsets.apps";
const namespace = testNamespace;
const controlPlane = { key: "node-role.kubernetes.io/control-plane", operator: "Exists" };

function daemonSet(podFields: object = {}): KubeObject {
  const labels = { app: "agent" };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...podSpec("agent:1"), ...podFields } },
    },
  };
}

const onNodes = (terms: unknown[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
});
const named = (name: string) => ({ matchFields: [{ key: "metadata.name", operator: "In", values: [name] }] });
const ready = (count: number) => (set: KubeObject) =>
  set.status.numberReady === count &&
  set.status.desiredNumberScheduled === count &&
  set.status.observedGeneration !== undefined;

const nodesOf = (pods: KubeObject[]) =>
  pods.map(({ spec }): string => spec.nodeName).toSorted((a, b) => (a < b ? -1 : 1));

test("runs one pod on every node whose taints it tolerates", async () => {
  const { store, reached } = startTestCluster();
  store.create(resource, daemonSet());
  const set = await reached(resource, "agent", ready(2));
  expect(set.status).toEqual({
    currentNumberScheduled: 2,
    numberMisscheduled: 0,
    desiredNumberScheduled: 2,
    numberReady: 2,
    observedGeneration: 1,
    updatedNumberScheduled: 2,
    numberAvailable: 2,
  });
  const pods = store.list("pods", { namespace });
  expect(nodesOf(pods)).toEqual(["region-athens-worker", "region-athens-worker1"]);
  for (const { spec } of pods) {
    expect(spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
      named(spec.nodeName),
    ]);
    expect(spec.tolerations).toContainEqual({
      key: "node.kubernetes.io/unschedulable",
      operator: "Exists",
      effect: "NoSchedule",
    });
  }
});

test("reaches the control plane with a toleration", async () => {
  const { store, reached } = startTestCluster();
  store.create(resource, daemonSet({ tolerations: [controlPlane] }));
  await reached(resource, "agent", ready(3));
  expect(store.list("pods", { namespace, fieldSelector: "spec.nodeName=region-athens-control-plane" })).toHaveLength(1);
});

test("node name terms are alternatives", async () => {
  const { store, reached } = startTestCluster({ workers: 3 });
  store.create(resource, daemonSet(onNodes([named("region-athens-worker"), named("region-athens-worker2")])));
  await reached(resource, "agent", ready(2));
  expect(nodesOf(store.list("pods", { namespace }))).toEqual(["region-athens-worker", "region-athens-worker2"]);
});

test("follows nodes that come, and leaves those that stop fitting", async () => {
  const { store, reached, seen } = startTestCluster();
  store.create(resource, daemonSet({ nodeSelector: { agent: "yes" } }));
  await reached(resource, "agent", ready(0));
  const label = (labels: Record<string, string>) =>
    store.modify("nodes", "region-athens-worker", undefined, (copy) => {
      copy.metadata.labels = labels;
      return copy;
    });
  label({ agent: "yes" });
  await reached(resource, "agent", ready(1));
  expect(nodesOf(store.list("pods", { namespace }))).toEqual(["region-athens-worker"]);
  label({});
  await seen("pods", () => (store.list("pods", { namespace }).length === 0 ? true : undefined));
});

test("replaces pods of an older template one node at a time", async () => {
  const { store, reached, seen } = startTestCluster({ workers: 3 });
  store.create(resource, daemonSet());
  await reached(resource, "agent", ready(3));
  let fewest = 3;
  const stop = store.watch("pods", () => {
    const running = store
      .list("pods", { namespace })
      .filter(({ status, metadata }) => status.podIP !== undefined && !metadata.deletionTimestamp);
    fewest = Math.min(fewest, running.length);
  });
  store.modify(resource, "agent", namespace, (copy) => {
    copy.spec.template.spec.containers[0].image = "agent:2";
    return copy;
  });
  await reached(
    resource,
    "agent",
    ({ status }) =>
      status.observedGeneration === 2 && status.updatedNumberScheduled === 3 && status.numberAvailable === 3,
  );
  stop();
  expect(fewest).toBe(2);
  const images = await seen("pods", () =>
    store.list("pods", { namespace }).map(({ spec }) => spec.containers[0].image),
  );
  expect(images).toEqual(["agent:2", "agent:2", "agent:2"]);
});

test("says that its pods are refused", async () => {
  const { store, seen } = startTestCluster();
  const metadata = { name: "none", namespace };
  store.create("resourcequotas", { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "0" } } });
  store.create(resource, daemonSet());
  const event = await seen("events", () =>
    store.list("events", { namespace }).find(({ reason }) => reason === "FailedCreate"),
  );
  expect(event.message).toMatch(/^Error creating: pods "agent-\w+" is forbidden: exceeded quota: none/);
});
