import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { deployment, podSpec, startTestCluster, testNamespace, type TestCluster } from "./test-cluster.ts";

const resource = "deployments.apps";
const sets = "replicasets.apps";
const namespace = testNamespace;

function isComplete({ metadata, spec, status }: KubeObject): boolean {
  return (
    status.observedGeneration === metadata.generation &&
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.replicas ?? 0) === spec.replicas &&
    (status.availableReplicas ?? 0) === spec.replicas
  );
}

function condition(
  { status }: KubeObject,
  type: string,
): { status: string; reason: string; message: string } | undefined {
  return status.conditions?.find((each: { type: string }) => each.type === type);
}

function setImage({ store }: TestCluster, image: string): void {
  store.modify(resource, "web", namespace, (copy) => {
    copy.spec.template.spec.containers[0].image = image;
    return copy;
  });
}

function setsByRevision({
  store,
}: TestCluster): { revision: string | undefined; image: string; replicas: number; name: string }[] {
  return store
    .list(sets, { namespace })
    .map(({ metadata, spec }) => ({
      revision: metadata.annotations?.["deployment.kubernetes.io/revision"],
      image: spec.template.spec.containers[0].image,
      replicas: spec.replicas,
      name: metadata.name,
    }))
    .toSorted((a, b) => Number(a.revision) - Number(b.revision));
}

test("a new deployment becomes available through a ReplicaSet of its template's hash", async () => {
  const { store, reached } = startTestCluster();
  store.create(resource, deployment("web", { replicas: 2 }));
  const done = await reached(resource, "web", isComplete);

  const [set] = store.list(sets, { namespace });
  const hash = set!.metadata.labels!["pod-template-hash"];
  expect(set!.metadata.name).toBe(`web-${hash}`);
  expect(set!.spec.selector.matchLabels).toEqual({ app: "web", "pod-template-hash": hash });
  expect(set!.metadata.annotations).toEqual({
    "deployment.kubernetes.io/desired-replicas": "2",
    "deployment.kubernetes.io/max-replicas": "3",
    "deployment.kubernetes.io/revision": "1",
  });
  expect(done.metadata.annotations).toEqual({ "deployment.kubernetes.io/revision": "1" });
  expect(done.status).toMatchObject({
    observedGeneration: done.metadata.generation,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
  });
  expect(done.status.unavailableReplicas).toBeUndefined();
  expect(condition(done, "Available")).toMatchObject({ status: "True", reason: "MinimumReplicasAvailable" });
  expect(condition(done, "Progressing")).toMatchObject({
    status: "True",
    reason: "NewReplicaSetAvailable",
    message: `ReplicaSet "web-${hash}" has successfully progressed.`,
  });
});

test("a new template rolls out within its bounds, and an undo brings the old ReplicaSet back as a new revision", async () => {
  const cluster = startTestCluster();
  const { store, reached } = cluster;
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  store.create(resource, deployment("web", { replicas: 3, strategy }));
  const first = await reached(resource, "web", isComplete);

  let fewest = 3;
  let most = 3;
  const stop = store.watch("pods", () => {
    const pods = store.list("pods", { namespace }).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    most = Math.max(most, pods.length);
    const readyPods = pods.filter(({ status }) =>
      status.conditions?.some((each: { type: string }) => each.type === "Ready"),
    );
    fewest = Math.min(fewest, readyPods.length);
  });
  setImage(cluster, "echo:2");
  await reached(resource, "web", (each) => each.metadata.generation! > first.metadata.generation! && isComplete(each));
  stop();
  expect({ fewest, most }).toEqual({ fewest: 3, most: 4 });
  expect(setsByRevision(cluster)).toMatchObject([
    { revision: "1", image: "echo:1", replicas: 0 },
    { revision: "2", image: "echo:2", replicas: 3 },
  ]);

  // What `kubectl rollout undo` does: the old ReplicaSet's template, without the hash label, becomes the Deployment's.
  const { template } = store.list(sets, { namespace }).find(({ spec }) => spec.replicas === 0)!.spec;
  const { "pod-template-hash": _, ...labels } = template.metadata.labels;
  store.modify(resource, "web", namespace, (copy) => {
    copy.spec.template = { ...template, metadata: { ...template.metadata, labels } };
    return copy;
  });
  const undone = await reached(
    resource,
    "web",
    (each) => each.metadata.annotations?.["deployment.kubernetes.io/revision"] === "3" && isComplete(each),
  );
  expect(undone.status.replicas).toBe(3);
  expect(setsByRevision(cluster)).toMatchObject([
    { revision: "2", image: "echo:2", replicas: 0 },
    { revision: "3", image: "echo:1", replicas: 3 },
  ]);
  const back = store.list(sets, { namespace }).find(({ spec }) => spec.replicas === 3)!;
  expect(back.metadata.annotations?.["deployment.kubernetes.io/revision-history"]).toBe("1");
});

test("a rollout whose pods never become ready stops at its bounds and runs into its deadline", async () => {
  const cluster = startTestCluster();
  const { store, reached } = cluster;
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  store.create(resource, deployment("web", { replicas: 2, strategy, progressDeadlineSeconds: 1, minReadySeconds: 0 }));
  await reached(resource, "web", isComplete);
  setImage(cluster, "never-ready:1");
  const stuck = await reached(resource, "web", (each) => condition(each, "Progressing")?.status === "False");
  expect(condition(stuck, "Progressing")).toMatchObject({
    reason: "ProgressDeadlineExceeded",
    message: expect.stringMatching(/^ReplicaSet "web-\w+" has timed out progressing\.$/),
  });
  expect(condition(stuck, "Available")?.status).toBe("True");
  expect(stuck.status).toMatchObject({ replicas: 3, updatedReplicas: 1, availableReplicas: 2, unavailableReplicas: 1 });
});

test("Recreate ends every old pod before it starts a new one", async () => {
  const cluster = startTestCluster();
  const { store, reached } = cluster;
  store.create(resource, deployment("web", { replicas: 2, strategy: { type: "Recreate" } }));
  await reached(resource, "web", isComplete);
  const mixtures = new Set<string>();
  const stop = store.watch("pods", () => {
    const images = store.list("pods", { namespace }).map(({ spec }): string => spec.containers[0].image);
    mixtures.add([...new Set(images)].toSorted((a, b) => (a < b ? -1 : 1)).join(" "));
  });
  setImage(cluster, "echo:2");
  await reached(
    resource,
    "web",
    (each) => each.metadata.annotations?.["deployment.kubernetes.io/revision"] === "2" && isComplete(each),
  );
  stop();
  expect([...mixtures]).toEqual(["echo:1", "", "echo:2"]);
});

test("a paused deployment scales but does not roll out", async () => {
  const cluster = startTestCluster();
  const { store, reached } = cluster;
  store.create(resource, deployment("web"));
  await reached(resource, "web", isComplete);
  store.modify(resource, "web", namespace, (copy) => {
    copy.spec.paused = true;
    copy.spec.replicas = 2;
    copy.spec.template.spec = podSpec("echo:2");
    return copy;
  });
  await reached(resource, "web", ({ status }) => status.availableReplicas === 2);
  const paused = await reached(
    resource,
    "web",
    (each) => condition(each, "Progressing")?.reason === "DeploymentPaused",
  );
  expect(paused.status.updatedReplicas).toBeUndefined();
  expect(setsByRevision(cluster)).toMatchObject([{ image: "echo:1", replicas: 2 }]);

  store.modify(resource, "web", namespace, (copy) => ({ ...copy, spec: { ...copy.spec, paused: false } }));
  await reached(resource, "web", isComplete);
  expect(setsByRevision(cluster)).toMatchObject([
    { image: "echo:1", replicas: 0 },
    { image: "echo:2", replicas: 2 },
  ]);
});

test("scaling changes the ReplicaSet and makes no revision", async () => {
  const cluster = startTestCluster();
  const { store, reached, seen } = cluster;
  store.create(resource, deployment("web"));
  await reached(resource, "web", isComplete);
  store.modify(resource, "web", namespace, (copy) => ({ ...copy, spec: { ...copy.spec, replicas: 4 } }));
  await reached(resource, "web", ({ status }) => status.availableReplicas === 4);
  expect(setsByRevision(cluster)).toMatchObject([{ revision: "1", replicas: 4 }]);
  const name = setsByRevision(cluster)[0]!.name;
  const message = `Scaled up replica set ${name} from 1 to 4`;
  await seen("events", () => store.list("events", { namespace }).find((event) => event["message"] === message));
});

test("keeps only as many old revisions as it is told to", async () => {
  const cluster = startTestCluster();
  const { store, reached, seen } = cluster;
  store.create(resource, deployment("web", { revisionHistoryLimit: 1 }));
  for (const revision of ["2", "3", "4"]) {
    await reached(resource, "web", isComplete);
    setImage(cluster, `echo:${revision}`);
    await reached(
      resource,
      "web",
      ({ metadata }) => metadata.annotations?.["deployment.kubernetes.io/revision"] === revision,
    );
  }
  await reached(resource, "web", isComplete);
  await seen(sets, () => (store.list(sets, { namespace }).length === 2 ? true : undefined));
  expect(setsByRevision(cluster).map(({ revision }) => revision)).toEqual(["3", "4"]);
});

test("shows that its ReplicaSet's pods are refused", async () => {
  const { store, reached } = startTestCluster();
  const metadata = { name: "none", namespace };
  store.create("resourcequotas", { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "0" } } });
  store.create(resource, deployment("web"));
  const refused = await reached(resource, "web", (each) => condition(each, "ReplicaFailure") !== undefined);
  expect(condition(refused, "ReplicaFailure")).toMatchObject({
    status: "True",
    reason: "FailedCreate",
    message: expect.stringContaining("exceeded quota: none"),
  });
  expect(condition(refused, "Available")?.status).toBe("False");
});

test("its ReplicaSets and pods leave with it", async () => {
  const { store, reached, seen } = startTestCluster();
  store.create(resource, deployment("web", { replicas: 2 }));
  await reached(resource, "web", isComplete);
  store.delete(resource, "web", namespace);
  await seen("pods", () => (store.list("pods", { namespace }).length === 0 ? true : undefined));
  expect(store.list(sets, { namespace })).toEqual([]);
});
