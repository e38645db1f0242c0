import { afterEach, beforeEach, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import config from "../../../fixtures/recorded/cilium-config.json" with { type: "json" };
import nodes from "../../../fixtures/recorded/nodes.json" with { type: "json" };
import { podRangesIn, readCilium } from "./cilium.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
  answer("configmaps/cilium-config", config);
  lab.server.answer("GET /apis/apps/v1/daemonsets", { status: 200, body: { items: [] } });
  lab.server.answer("GET /api/v1/nodes", { status: 200, body: nodes });
});
afterEach(() => lab[Symbol.asyncDispose]());

function answer(path: string, body: object, namespace = "kube-system"): void {
  lab.server.answer(`GET /api/v1/namespaces/${namespace}/${path}`, { status: 200, body });
}

function secret(entries: Record<string, string>): object {
  const encoded = Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return { metadata: { name: "cilium-clustermesh" }, data: Object.fromEntries(encoded) };
}

test("the clusters of a mesh are the entries of the Secret that say where one is, but the cluster itself", async () => {
  const where = "endpoints:\n- https://region.mesh.cilium.io:2379\n";
  answer(
    "secrets/cilium-clustermesh",
    secret({ "region-hurup": where, "region-athens": where, "region-hurup.etcd-client.key": "a key" }),
  );
  const found = await readCilium(lab.cluster);
  expect(found).toMatchObject({ namespace: "kube-system", clusterName: "region-athens", peers: ["region-hurup"] });
  expect(JSON.stringify(found)).not.toContain("key");
});

test("without such a Secret there is no mesh", async () => {
  expect(await readCilium(lab.cluster)).toMatchObject({ peers: [] });
});

test("where Secrets may not be read, offering a mesh is the evidence", async () => {
  for (const name of ["cilium-clustermesh", "cilium-kvstoremesh"])
    lab.server.answer(`GET /api/v1/namespaces/kube-system/secrets/${name}`, errors["403-forbidden"]);
  expect(await readCilium(lab.cluster)).toMatchObject({ peers: [] });
  answer("services/clustermesh-apiserver", { metadata: { name: "clustermesh-apiserver" } });
  expect(await readCilium(lab.cluster)).toMatchObject({ peers: "undisclosed" });
});

test("Cilium is found in another namespace by its agents, and not at all where there are none", async () => {
  lab.server.answer("GET /api/v1/namespaces/kube-system/configmaps/cilium-config", errors["404-object"]);
  expect(await readCilium(lab.cluster)).toBeUndefined();
  lab.server.answer("GET /apis/apps/v1/daemonsets", {
    status: 200,
    body: { items: [{ metadata: { name: "cilium", namespace: "networking" } }] },
  });
  answer(
    "configmaps/cilium-config",
    { ...config, metadata: { name: "cilium-config", namespace: "networking" } },
    "networking",
  );
  expect(await readCilium(lab.cluster)).toMatchObject({ namespace: "networking", clusterName: "region-athens" });
});

test("a configuration that may not be read is not known", async () => {
  lab.server.answer("GET /api/v1/namespaces/kube-system/configmaps/cilium-config", errors["403-forbidden"]);
  expect(await readCilium(lab.cluster)).toEqual({
    unknown: "the ConfigMap cilium-config, which would tell, may not be read",
  });
});

test("ranges of pods are those of nodes, of Cilium's nodes, or of its pools", () => {
  const metadata = { name: "n" };
  const node = { apiVersion: "v1", kind: "Node", metadata, spec: { podCIDRs: ["10.0.0.0/24"] } };
  const cilium = { apiVersion: "cilium.io/v2", kind: "CiliumNode", metadata };
  const own = { ...cilium, spec: { ipam: { podCIDRs: ["10.0.1.0/24"], pools: {} } } };
  const pooled = { ...cilium, spec: { ipam: { pools: { allocated: [{ pool: "a", cidrs: ["10.9.0.0/26"] }] } } } };
  expect(podRangesIn([node, own, pooled, node])).toEqual(["10.0.0.0/24", "10.0.1.0/24", "10.9.0.0/26"]);
});
