import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { derivedName } from "./derived-service.ts";
import { service, slice, startTestMesh, testNamespace } from "./test-mesh.ts";
import type { TestMesh } from "./test-mesh.ts";

const slices = "endpointslices.discovery.k8s.io";
const exportResource = "serviceexports.multicluster.x-k8s.io";
const importResource = "serviceimports.multicluster.x-k8s.io";
const own: Record<string, string> = { athens: "10.0.0.5", hurup: "10.2.0.5" };
const derived = derivedName(testNamespace, "web");

function serviceExport(spec?: object): KubeObject {
  const metadata = { name: "web", namespace: testNamespace };
  return { apiVersion: "multicluster.x-k8s.io/v1alpha1", kind: "ServiceExport", metadata, ...(spec && { spec }) };
}

/** Gives a cluster the Service with one backend. */
function deploy(mesh: TestMesh, cluster: string, spec: Record<string, unknown> = {}): void {
  mesh.member(cluster).store.create("services", service({}, spec));
  mesh.member(cluster).store.create(slices, slice([own[cluster] ?? ""]));
}

/** Starts a mesh in which these clusters export their Service. */
async function exporting(clusters: string[], spec: Record<string, unknown> = {}): Promise<TestMesh> {
  const mesh = startTestMesh(["athens", "hurup"]);
  for (const cluster of clusters) {
    deploy(mesh, cluster, spec);
    mesh.member(cluster).store.create(exportResource, serviceExport());
  }
  await mesh.settled();
  return mesh;
}

function importOf(mesh: TestMesh, cluster: string): KubeObject | undefined {
  return mesh.member(cluster).store.get(importResource, "web", testNamespace);
}

function conditionsOf(mesh: TestMesh, cluster: string): string[] {
  const found = mesh.member(cluster).store.get(exportResource, "web", testNamespace);
  const conditions: Record<string, string>[] = found?.["status"]?.conditions ?? [];
  return conditions.map(({ type, status: value, reason }) => `${type} ${value} ${reason}`);
}

const agreed = ["Valid True Valid", "Ready True Ready", "Conflict False NoConflicts"];

test("an exported Service is imported by every cluster that has the namespace, with an address of the cluster's own", async () => {
  const mesh = await exporting(["hurup"]);
  for (const cluster of ["athens", "hurup"]) {
    const behind = mesh.member(cluster).store.get("services", derived, testNamespace);
    expect(importOf(mesh, cluster)).toMatchObject({
      metadata: { annotations: { "multicluster.kubernetes.io/derived-service": derived } },
      spec: {
        type: "ClusterSetIP",
        ips: [behind?.["spec"].clusterIP],
        ports: [{ name: "http", port: 80, protocol: "TCP" }],
      },
      status: { clusters: [{ cluster: "hurup" }], conditions: [{ type: "Ready", status: "True" }] },
    });
    expect(behind?.metadata).toMatchObject({
      annotations: { "service.cilium.io/global": "true" },
      labels: {
        "multicluster.kubernetes.io/service-name": "web",
        "multicluster.kubernetes.io/source-cluster": cluster,
      },
      ownerReferences: [{ kind: "ServiceImport", name: "web" }],
    });
    expect(mesh.member(cluster).backends(derived)).toEqual(["10.2.0.5"]);
  }
  expect(conditionsOf(mesh, "hurup")).toEqual(agreed);
});

test.each([
  ["default", "web", "derived-gapqrqeg1j"],
  ["shop", "a11", "derived-0krkjfbtu7"],
])("the Service behind %s/%s is %s: the beginning of a SHA-256 in base32hex", (namespace, name, wanted) => {
  expect(derivedName(namespace, name)).toBe(wanted);
});

test("the exports of several clusters are one Service with all their backends", async () => {
  const mesh = await exporting(["athens", "hurup"]);
  for (const cluster of ["athens", "hurup"]) {
    expect(mesh.member(cluster).backends(derived)).toEqual(["10.0.0.5", "10.2.0.5"]);
    expect(mesh.member(cluster).backends("web")).toEqual([own[cluster]]);
    expect(importOf(mesh, cluster)?.["status"].clusters).toEqual([{ cluster: "athens" }, { cluster: "hurup" }]);
    expect(conditionsOf(mesh, cluster)).toEqual(agreed);
  }
});

test("taking an export back takes the backends, and the last one the import", async () => {
  const mesh = await exporting(["athens", "hurup"]);
  mesh.member("hurup").store.delete(exportResource, "web", testNamespace);
  await mesh.settled();
  expect(importOf(mesh, "hurup")?.["status"].clusters).toEqual([{ cluster: "athens" }]);
  expect(mesh.member("athens").backends(derived)).toEqual(["10.0.0.5"]);
  expect(mesh.member("hurup").backends(derived)).toEqual(["10.0.0.5"]);
  mesh.member("athens").store.delete(exportResource, "web", testNamespace);
  await mesh.settled();
  expect([importOf(mesh, "athens"), importOf(mesh, "hurup")]).toEqual([undefined, undefined]);
});

test("a namespace that comes later gets the import too", async () => {
  const mesh = startTestMesh(["athens", "hurup"]);
  const elsewhere = (object: KubeObject) => ({ ...object, metadata: { ...object.metadata, namespace: "late" } });
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "late" } };
  mesh.member("hurup").store.create("namespaces", namespace);
  mesh.member("hurup").store.create("services", elsewhere(service()));
  mesh.member("hurup").store.create(exportResource, elsewhere(serviceExport()));
  await mesh.settled();
  const look = () => mesh.member("athens").store.get(importResource, "web", "late");
  expect(look()).toBeUndefined();
  mesh.member("athens").store.create("namespaces", namespace);
  await mesh.settled();
  expect(look()?.["status"].clusters).toEqual([{ cluster: "hurup" }]);
});

test("an export without a Service, of an external name or of a namespace that objects exports nothing", async () => {
  const mesh = startTestMesh(["athens", "hurup"]);
  const { store } = mesh.member("hurup");
  store.create(exportResource, serviceExport());
  await mesh.settled();
  expect(conditionsOf(mesh, "hurup")).toEqual(["Valid False NoService", "Ready False Pending"]);
  store.create("services", service({}, { type: "ExternalName", externalName: "a.test" }));
  await mesh.settled();
  expect(conditionsOf(mesh, "hurup")).toEqual(["Valid False InvalidServiceType", "Ready False Pending"]);
  store.delete("services", "web", testNamespace);
  deploy(mesh, "hurup");
  await mesh.settled();
  expect(conditionsOf(mesh, "hurup")).toEqual(agreed);
  expect(importOf(mesh, "athens")).toBeDefined();
  store.modify("namespaces", testNamespace, undefined, (copy) => {
    const annotations = { "clustermesh.cilium.io/global": "false" };
    return { ...copy, metadata: { ...copy.metadata, annotations } };
  });
  await mesh.settled();
  expect(conditionsOf(mesh, "hurup")).toEqual(["Valid False NamespaceNotGlobal", "Ready False Pending"]);
  expect(importOf(mesh, "athens")).toBeUndefined();
});

test("where exports disagree the oldest decides, each cluster is told, and ports that lost lead nowhere", async () => {
  const mesh = startTestMesh(["athens", "hurup"]);
  deploy(mesh, "athens");
  deploy(mesh, "hurup", { ports: [{ name: "http", port: 8080, protocol: "TCP" }] });
  for (const cluster of ["athens", "hurup"]) mesh.member(cluster).store.create(exportResource, serviceExport());
  await mesh.settled();
  for (const cluster of ["athens", "hurup"]) {
    expect(importOf(mesh, cluster)?.["spec"].ports).toEqual([{ name: "http", port: 80, protocol: "TCP" }]);
    expect(conditionsOf(mesh, cluster)).toEqual([...agreed.slice(0, 2), "Conflict True PortConflict"]);
    expect(mesh.member(cluster).backends(derived)).toEqual(["10.0.0.5"]);
  }
  mesh.member("athens").store.delete(exportResource, "web", testNamespace);
  await mesh.settled();
  expect(conditionsOf(mesh, "hurup")).toEqual(agreed);
  expect(mesh.member("athens").backends(derived)).toEqual(["10.2.0.5"]);
});

test("a headless export has no address, and its endpoints are in slices that say where they are", async () => {
  const mesh = await exporting(["athens", "hurup"], { clusterIP: "None" });
  expect(importOf(mesh, "athens")?.["spec"]).toMatchObject({ type: "Headless" });
  expect(importOf(mesh, "athens")?.["spec"].ips).toBeUndefined();
  const labelSelector = "multicluster.kubernetes.io/service-name=web";
  const found = mesh.member("athens").store.list(slices, { namespace: testNamespace, labelSelector });
  const places = found.map(({ metadata, endpoints }) => {
    const { labels = {} } = metadata;
    const cluster = labels["multicluster.kubernetes.io/source-cluster"];
    return `${cluster} ${labels["kubernetes.io/service-name"]} ${endpoints[0].addresses[0]}`;
  });
  expect(places.toSorted()).toEqual([`athens ${derived} 10.0.0.5`, `hurup ${derived} 10.2.0.5`]);
});

test("labels and annotations that are to be exported are on the import and on the Service behind it", async () => {
  const mesh = startTestMesh(["athens", "hurup"]);
  deploy(mesh, "hurup");
  deploy(mesh, "athens");
  const exported = { exportedLabels: { team: "shop" }, exportedAnnotations: { "service.cilium.io/affinity": "local" } };
  for (const cluster of ["athens", "hurup"]) mesh.member(cluster).store.create(exportResource, serviceExport(exported));
  await mesh.settled();
  expect(importOf(mesh, "athens")?.metadata.labels).toEqual({ team: "shop" });
  expect(mesh.member("athens").store.get("services", derived, testNamespace)?.metadata.labels).toMatchObject({
    team: "shop",
  });
  expect(mesh.member("athens").backends(derived)).toEqual(["10.0.0.5"]);
});

test("what somebody deletes comes back", async () => {
  const mesh = await exporting(["athens", "hurup"]);
  const { store } = mesh.member("athens");
  store.delete("services", derived, testNamespace);
  await mesh.settled();
  const behind = store.get("services", derived, testNamespace);
  expect(importOf(mesh, "athens")?.["spec"].ips).toEqual([behind?.["spec"].clusterIP]);
  store.delete(importResource, "web", testNamespace);
  await mesh.settled();
  expect(importOf(mesh, "athens")?.["spec"].ips).toHaveLength(1);
});

test("without the API there are no such resources", () => {
  const mesh = startTestMesh(["athens"], [], { serviceExports: false });
  expect(() => mesh.member("athens").store.list(exportResource)).toThrow("no resource is named");
});
