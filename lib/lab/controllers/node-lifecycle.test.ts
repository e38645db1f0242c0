import { expect, test } from "vitest";
import type { KubeObject, Store } from "../model.ts";
import { startNodeLifecycleController } from "./node-lifecycle.ts";
import { pod, startTestCluster } from "./test-cluster.ts";

function setReady(store: Store, name: string, status: "True" | "False" | "Unknown"): void {
  store.modify(
    "nodes",
    name,
    undefined,
    (copy) => {
      copy.status.conditions.find(({ type }: { type: string }) => type === "Ready").status = status;
      return copy;
    },
    "status",
  );
}

test("the nodes of the cluster are there, ready, each in its own zone", () => {
  const { store } = startTestCluster();
  const nodes = store.list("nodes");
  expect(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.["topology.kubernetes.io/zone"]])).toEqual([
    ["region-athens-control-plane", "region-athens-a"],
    ["region-athens-worker", "region-athens-b"],
    ["region-athens-worker1", "region-athens-c"],
  ]);
  const [controlPlane, worker] = nodes;
  expect(controlPlane!.metadata.labels).toHaveProperty("node-role.kubernetes.io/control-plane", "");
  expect(controlPlane!.spec.taints).toEqual([{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }]);
  expect(worker!.spec).toEqual({ podCIDR: "10.0.1.0/24", podCIDRs: ["10.0.1.0/24"] });
  expect(worker!.status.addresses).toEqual([
    { type: "InternalIP", address: "172.19.0.3" },
    { type: "Hostname", address: "region-athens-worker" },
  ]);
  expect(worker!.status.conditions).toContainEqual(expect.objectContaining({ type: "Ready", status: "True" }));
});

test("a node that its kubelet announced first gets its role, zone and taints", () => {
  const { store, cluster } = startTestCluster({ workers: 1 });
  const name = "region-athens-control-plane";
  store.delete("nodes", name);
  store.create("nodes", { apiVersion: "v1", kind: "Node", metadata: { name, labels: { own: "yes" } } });
  startNodeLifecycleController(store, { log: () => {}, record: () => {} }, cluster)();
  const node = store.get("nodes", name)!;
  expect(node.metadata.labels).toMatchObject({ own: "yes", "topology.kubernetes.io/zone": "region-athens-a" });
  expect(node.spec.taints).toEqual([{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }]);
});

test("a node that stops being ready is tainted and its pods are not ready, until it is back", async () => {
  const { store, reached } = startTestCluster({ workers: 1 });
  store.create("pods", pod("ok", {}, { tolerations: [{ operator: "Exists" }] }));
  const running = await reached("pods", "ok", ({ status }) => isReady(status, "True"));
  const name: string = running.spec.nodeName;
  setReady(store, name, "Unknown");
  await reached("pods", "ok", ({ status }) => isReady(status, "False"));
  const down = await reached("nodes", name, ({ spec }) => isUnreachable(spec));
  expect(down.spec.taints).toContainEqual(expect.objectContaining({ effect: "NoExecute" }));

  setReady(store, name, "True");
  const up = await reached("nodes", name, ({ spec }) => !isUnreachable(spec));
  expect(up.status.conditions).toContainEqual(expect.objectContaining({ type: "Ready", status: "True" }));
});

function isReady({ conditions = [] }: KubeObject["spec"], wanted: string): boolean {
  return conditions.some(({ type, status }: { type: string; status: string }) => type === "Ready" && status === wanted);
}

function isUnreachable({ taints = [] }: KubeObject["spec"]): boolean {
  return taints.some(({ key }: { key: string }) => key === "node.kubernetes.io/unreachable");
}
