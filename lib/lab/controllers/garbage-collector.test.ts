import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { startTestCluster, testNamespace, type TestCluster } from "./test-cluster.ts";

const namespace = testNamespace;

function configMap({ store }: TestCluster, name: string, owners: KubeObject[] = [], finalizers?: string[]): KubeObject {
  const ownerReferences = owners.map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid ?? "",
    blockOwnerDeletion: true,
  }));
  const metadata = { name, namespace, ownerReferences, ...(finalizers && { finalizers }) };
  return store.create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata });
}

test("dependents leave with their owner, and theirs with them", async () => {
  const cluster = startTestCluster();
  const owner = configMap(cluster, "owner");
  const child = configMap(cluster, "child", [owner]);
  configMap(cluster, "grandchild", [child]);
  cluster.store.delete("configmaps", "owner", namespace);
  await cluster.gone("configmaps", "grandchild");
  expect(cluster.store.get("configmaps", "child", namespace)).toBeUndefined();
});

test("a dependent of two owners stays with the one that is left", async () => {
  const cluster = startTestCluster();
  const [first, second] = [configMap(cluster, "first"), configMap(cluster, "second")];
  configMap(cluster, "child", [first, second]);
  cluster.store.delete("configmaps", "first", namespace);
  const child = await cluster.reached("configmaps", "child", ({ metadata }) => metadata.ownerReferences?.length === 1);
  expect(child.metadata.ownerReferences?.[0]?.name).toBe("second");
});

test("an object whose owner was never there, or is another of the same name, leaves", async () => {
  const cluster = startTestCluster();
  const first = configMap(cluster, "owner");
  cluster.store.delete("configmaps", "owner", namespace);
  configMap(cluster, "owner");
  configMap(cluster, "child", [first]);
  await cluster.gone("configmaps", "child");
  expect(cluster.store.get("configmaps", "owner", namespace)).toBeDefined();
});

test("foreground deletion waits for the dependents", async () => {
  const cluster = startTestCluster();
  const owner = configMap(cluster, "owner", [], ["foregroundDeletion"]);
  configMap(cluster, "child", [owner], ["example.org/hold"]);
  cluster.store.delete("configmaps", "owner", namespace);
  await cluster.reached("configmaps", "child", ({ metadata }) => metadata.deletionTimestamp !== undefined);
  expect(cluster.store.get("configmaps", "owner", namespace)).toBeDefined();
  cluster.store.modify("configmaps", "child", namespace, (copy) => {
    copy.metadata.finalizers = copy.metadata.finalizers?.filter((each) => each !== "example.org/hold");
    return copy;
  });
  await cluster.gone("configmaps", "owner");
});

test("orphans stay without the reference", async () => {
  const cluster = startTestCluster();
  const owner = configMap(cluster, "owner", [], ["orphan"]);
  configMap(cluster, "child", [owner]);
  cluster.store.delete("configmaps", "owner", namespace);
  await cluster.gone("configmaps", "owner");
  expect(cluster.store.get("configmaps", "child", namespace)?.metadata.ownerReferences ?? []).toEqual([]);
});
