import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bootstrap, ingressManifests } from "./bootstrap.ts";
import { startTestCluster } from "./test-cluster.ts";

function folderWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "manifests-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "one.yaml"), text);
  return folder;
}

test("a cluster is born with its name servers behind the agreed address", async () => {
  const { store, cluster, reached } = startTestCluster();
  const done = await reached(
    "deployments.apps",
    "coredns",
    ({ status }) => status.availableReplicas === 2,
    "kube-system",
  );
  expect(done.spec.template.spec.containers[0].env).toMatchObject([
    { name: "CLUSTER_DOMAIN", value: "cluster.local" },
    { name: "CLUSTERSET_DOMAIN" },
    { name: "POD_IPS" },
    { name: "NODE_NAME" },
  ]);
  expect(store.get("services", "kube-dns", "kube-system")!.spec.clusterIP).toBe(cluster.dnsAddress);
  const pods = store.list("pods", { namespace: "kube-system", labelSelector: "k8s-app=kube-dns" });
  expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(2);
});

test("a cluster has an ingress controller only where it asks for one", async () => {
  const without = startTestCluster();
  expect(without.store.get("namespaces", "ingress-nginx")).toBeUndefined();
  const { store, cluster, reached } = startTestCluster();
  bootstrap(store, cluster, ingressManifests);
  const name = "ingress-nginx-controller";
  await reached("deployments.apps", name, ({ status }) => status.availableReplicas === 1, "ingress-nginx");
  expect(store.get("services", name, "ingress-nginx")!.spec).toMatchObject({ type: "LoadBalancer" });
  expect(store.get("ingressclasses.networking.k8s.io", "nginx")!.spec.controller).toBe("k8s.io/ingress-nginx");
});

test("what is there already stays as it is", () => {
  const { store, cluster } = startTestCluster();
  store.modify("deployments.apps", "coredns", "kube-system", (copy) => ({
    ...copy,
    spec: { ...copy.spec, replicas: 5 },
  }));
  bootstrap(store, cluster);
  expect(store.get("deployments.apps", "coredns", "kube-system")!.spec.replicas).toBe(5);
});

test("an unknown placeholder and an unknown kind are said at once", () => {
  const { store, cluster } = startTestCluster();
  expect(() => bootstrap(store, cluster, folderWith("apiVersion: ${nope}"))).toThrow("nothing is known about ${nope}");
  expect(() => bootstrap(store, cluster, folderWith("apiVersion: v1\nkind: Nope"))).toThrow("v1 Nope is not served");
});
