import { expect, test } from "vitest";
import { deployment, pod, startTestCluster, testNamespace } from "./test-cluster.ts";

const namespace = testNamespace;

test("binds a pod, says so, and keeps off the control plane", async () => {
  const { store, reached, seen } = startTestCluster({ workers: 1 });
  store.create("pods", pod("ok"));
  const bound = await reached("pods", "ok", ({ status }) => status.phase === "Running");
  expect(bound.spec.nodeName).toBe("region-athens-worker");
  expect(bound.status.conditions).toContainEqual({
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    observedGeneration: expect.any(Number),
    lastTransitionTime: expect.any(String),
  });
  const event = await seen("events", () =>
    store.list("events", { namespace }).find(({ reason }) => reason === "Scheduled"),
  );
  expect(event.message).toBe(`Successfully assigned ${namespace}/ok to region-athens-worker`);
});

test("says of each node why a pod fits nowhere, and binds it once it does", async () => {
  const { store, reached, seen } = startTestCluster();
  store.create("pods", pod("picky", {}, { nodeSelector: { disk: "ssd" } }));
  const pending = await reached("pods", "picky", ({ status }) => status.conditions !== undefined);
  const message =
    "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, " +
    "2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, " +
    "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
  expect(pending.status).toMatchObject({
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
  });
  const event = await seen("events", () =>
    store.list("events", { namespace }).find(({ reason }) => reason === "FailedScheduling"),
  );
  expect(event).toMatchObject({ type: "Warning", message, involvedObject: { name: "picky" } });

  store.modify("nodes", "region-athens-worker1", undefined, (copy) => {
    copy.metadata.labels = { ...copy.metadata.labels, disk: "ssd" };
    return copy;
  });
  const bound = await reached("pods", "picky", ({ spec }) => spec.nodeName !== undefined);
  expect(bound.spec.nodeName).toBe("region-athens-worker1");
});

test("does not give out more than a node has", async () => {
  const { store, reached } = startTestCluster({ workers: 1 });
  store.modify(
    "nodes",
    "region-athens-worker",
    undefined,
    (copy) => ({ ...copy, status: { ...copy.status, allocatable: { cpu: "1", memory: "1Gi", pods: "110" } } }),
    "status",
  );
  const asking = (cpu: string) => ({ containers: [{ name: "c", image: "echo:1", resources: { requests: { cpu } } }] });
  store.create("pods", pod("first", {}, asking("600m")));
  await reached("pods", "first", ({ spec }) => spec.nodeName !== undefined);
  store.create("pods", pod("second", {}, asking("500m")));
  const pending = await reached("pods", "second", ({ status }) => status.conditions !== undefined);
  expect(pending.status.conditions[0].message).toBe(
    "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. " +
      "no new claims to deallocate, preemption: 0/2 nodes are available: " +
      "1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
  );

  store.delete("pods", "first", namespace);
  await reached("pods", "second", ({ spec }) => spec.nodeName !== undefined);
});

test("spreads the pods of one controller over the nodes", async () => {
  const { store, reached } = startTestCluster({ workers: 3 });
  store.create("deployments.apps", deployment("web", { replicas: 6 }));
  await reached("deployments.apps", "web", ({ status }) => status.availableReplicas === 6);
  const perNode = Object.groupBy(store.list("pods", { namespace }), ({ spec }) => spec.nodeName);
  expect(Object.values(perNode).map((pods) => pods?.length)).toEqual([2, 2, 2]);
});

test("keeps pods apart that must not share a node", async () => {
  const { store, reached } = startTestCluster();
  const labels = { app: "lonely" };
  const term = { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  for (const name of ["a", "b", "c"]) store.create("pods", pod(name, { labels }, { affinity }));
  const bound = [];
  for (const name of ["a", "b"]) bound.push(await reached("pods", name, ({ spec }) => spec.nodeName !== undefined));
  expect(bound[0]!.spec.nodeName).not.toBe(bound[1]!.spec.nodeName);
  const third = await reached("pods", "c", ({ status }) => status.conditions !== undefined);
  expect(third.status.conditions[0].message).toContain("2 node(s) didn't match pod anti-affinity rules");
});

test("keeps the skew of a topology spread constraint", async () => {
  const { store, reached } = startTestCluster();
  const labels = { app: "even" };
  const topologySpreadConstraints = [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: { matchLabels: labels },
    },
  ];
  const nodeSelector = { "kubernetes.io/hostname": "region-athens-worker" };
  store.create("pods", pod("a", { labels }, { nodeSelector }));
  await reached("pods", "a", ({ spec }) => spec.nodeName !== undefined);
  const tolerations = [{ operator: "Exists" }];
  for (const name of ["b", "c", "d"]) {
    store.create("pods", pod(name, { labels }, { topologySpreadConstraints, tolerations }));
    await reached("pods", name, ({ spec }) => spec.nodeName !== undefined);
  }
  const perNode = Object.groupBy(store.list("pods", { namespace }), ({ spec }) => spec.nodeName);
  const counts = Object.values(perNode).map((pods) => pods?.length ?? 0);
  expect(counts.toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
});

test("leaves alone what names its node, its scheduler or a gate", async () => {
  const { store, reached } = startTestCluster({ workers: 1 });
  store.create("pods", pod("placed", {}, { nodeName: "region-athens-control-plane" }));
  store.create("pods", pod("foreign", {}, { schedulerName: "mine" }));
  store.create("pods", pod("gated", {}, { schedulingGates: [{ name: "example.org/wait" }] }));
  store.create("pods", pod("ok"));
  await reached("pods", "ok", ({ status }) => status.phase === "Running");
  const placed = await reached("pods", "placed", ({ status }) => status.phase === "Running");
  expect(placed.spec.nodeName).toBe("region-athens-control-plane");
  expect(store.get("pods", "foreign", namespace)!.spec.nodeName).toBeUndefined();
  expect(store.get("pods", "gated", namespace)!.spec.nodeName).toBeUndefined();
});
