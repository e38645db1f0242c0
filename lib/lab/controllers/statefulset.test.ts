import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { podSpec, startTestCluster, testNamespace } from "./test-cluster.ts";

const resource = "statefulsets.apps";
const namespace = testNamespace;

function statefulSet(spec: object = {}): KubeObject {
  const labels = { app: "db" };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace },
    spec: {
      replicas: 3,
      serviceName: "db",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec("db:1") },
      ...spec,
    },
  };
}

const ready = (count: number) => (set: KubeObject) =>
  set.status.readyReplicas === count && set.status.replicas === count;

test("starts its pods in order, each with its own name in the Service's domain", async () => {
  const { store, reached } = startTestCluster();
  const readyAtCreation: number[] = [];
  store.watch("pods", ({ type, object }) => {
    if (type !== "ADDED" || object.metadata.namespace !== namespace) return;
    const pods = store.list("pods", { namespace });
    readyAtCreation.push(pods.filter(({ status }) => status.phase === "Running").length);
  });
  store.create(resource, statefulSet());
  const set = await reached(resource, "db", ready(3));
  expect(readyAtCreation).toEqual([0, 1, 2]);
  const pods = store.list("pods", { namespace });
  expect(pods.map(({ metadata, spec }) => [metadata.name, spec.hostname, spec.subdomain])).toEqual([
    ["db-0", "db-0", "db"],
    ["db-1", "db-1", "db"],
    ["db-2", "db-2", "db"],
  ]);
  expect(pods[2]!.metadata.labels).toMatchObject({
    "statefulset.kubernetes.io/pod-name": "db-2",
    "apps.kubernetes.io/pod-index": "2",
  });
  expect(set.status).toMatchObject({ updatedReplicas: 3, currentReplicas: 3, availableReplicas: 3 });
  expect(set.status.currentRevision).toBe(set.status.updateRevision);
});

test("starts all at once when told so", async () => {
  const { store, reached } = startTestCluster();
  const pod = { ...podSpec("never-ready:1") };
  const template = { metadata: { labels: { app: "db" } }, spec: pod };
  store.create(resource, statefulSet({ podManagementPolicy: "Parallel", template }));
  const set = await reached(resource, "db", ({ status }) => status.replicas === 3);
  expect(set.status.readyReplicas).toBe(0);
});

test("waits for a pod that is not ready", async () => {
  const { store, reached } = startTestCluster();
  const template = { metadata: { labels: { app: "db" } }, spec: podSpec("never-ready:1") };
  store.create(resource, statefulSet({ template }));
  await reached("pods", "db-0", ({ status }) => status.phase === "Running");
  await reached(resource, "db", ({ status }) => status.replicas === 1);
  expect(store.get("pods", "db-1", namespace)).toBeUndefined();
});

test("gives up the highest number first, and takes the same names again", async () => {
  const { store, reached, gone } = startTestCluster();
  store.create(resource, statefulSet());
  await reached(resource, "db", ready(3));
  const scale = (replicas: number) =>
    store.modify(resource, "db", namespace, (copy) => ({ ...copy, spec: { ...copy.spec, replicas } }));
  scale(1);
  await gone("pods", "db-1");
  expect(store.list("pods", { namespace }).map(({ metadata }) => metadata.name)).toEqual(["db-0"]);
  scale(2);
  await reached(resource, "db", ready(2));
  expect(store.list("pods", { namespace }).map(({ metadata }) => metadata.name)).toEqual(["db-0", "db-1"]);
});

test("rolls a new template out from the highest number down to the partition", async () => {
  const { store, reached } = startTestCluster();
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 1 } };
  store.create(resource, statefulSet({ updateStrategy }));
  await reached(resource, "db", ready(3));
  const order: string[] = [];
  store.watch("pods", ({ type, object }) => {
    if (type === "ADDED" && object.metadata.namespace === namespace) order.push(object.metadata.name);
  });
  store.modify(resource, "db", namespace, (copy) => {
    copy.spec.template.spec.containers[0].image = "db:2";
    return copy;
  });
  const set = await reached(resource, "db", (each) => each.status.updatedReplicas === 2 && ready(3)(each));
  expect(order).toEqual(["db-2", "db-1"]);
  expect(set.status.currentRevision).not.toBe(set.status.updateRevision);
  const images = store.list("pods", { namespace }).map(({ spec }) => spec.containers[0].image);
  expect(images).toEqual(["db:1", "db:2", "db:2"]);
});
