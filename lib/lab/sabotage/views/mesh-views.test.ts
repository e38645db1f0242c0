import { expect, test } from "vitest";
import { service, slice, startTestMesh, testNamespace, type TestMesh } from "../../mesh/test-mesh.ts";
import type { KubeObject, Store } from "../../model.ts";
import { viewMap } from "./view-map.ts";

const own: Record<string, string> = { athens: "10.0.0.5", hurup: "10.2.0.5" };
const both = ["10.0.0.5", "10.2.0.5"];
const slices = "endpointslices.discovery.k8s.io";
const exportResource = "serviceexports.multicluster.x-k8s.io";
const importResource = "serviceimports.multicluster.x-k8s.io";

/** Two clusters that have the Service with a backend each, annotated so; the first one's, if not said otherwise, is like the second one's. */
async function meshOf(annotations: Record<string, string>, ofAthens = annotations): Promise<TestMesh> {
  const mesh = startTestMesh(["athens", "hurup"]);
  for (const [cluster, address] of Object.entries(own)) {
    const { store } = mesh.member(cluster);
    store.create("services", service(cluster === "athens" ? ofAthens : annotations));
    store.create(slices, slice([address]));
  }
  await mesh.settled();
  return mesh;
}

async function distort(mesh: TestMesh, cluster: string, ...names: string[]): Promise<void> {
  const { store } = mesh.member(cluster);
  const data = Object.fromEntries(names.map((name) => [name, ""]));
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: viewMap, data };
  if (store.get("configmaps", viewMap.name, viewMap.namespace) === undefined) store.create("configmaps", object);
  else store.update("configmaps", object);
  await mesh.settled();
}

async function scale(mesh: TestMesh, cluster: string, addresses: string[]): Promise<void> {
  const { endpoints, ports } = slice(addresses) as KubeObject & Record<"endpoints" | "ports", unknown[]>;
  // As the controller writes it: without endpoints, without ports.
  const fields = { endpoints, ports: addresses.length === 0 ? [] : ports };
  mesh.member(cluster).store.modify(slices, "web-abcde", testNamespace, (copy) => ({ ...copy, ...fields }));
  await mesh.settled();
}

const seen = (mesh: TestMesh) => ["athens", "hurup"].map((cluster) => mesh.member(cluster).backends("web"));
const global = { global: "true" };

test.each<
  [view: string, by: string, annotations: Record<string, string>, ofAthens: Record<string, string>, athens: string[]]
>([
  ["mesh-sharing.no-services", "hurup", global, global, ["10.0.0.5"]],
  ["mesh-sharing.no-endpoints", "hurup", global, global, ["10.0.0.5"]],
  ["mesh-sharing.everything-shared", "hurup", { ...global, shared: "false" }, global, both],
  ["mesh-services.all-global", "athens", global, {}, both],
  ["mesh-services.no-affinity", "athens", global, { ...global, affinity: "local" }, both],
  ["mesh-services.no-affinity", "athens", global, { ...global, affinity: "remote" }, both],
])("%s of %s leads the clients of athens to others, until it goes", async (view, by, ofHurup, ofAthens, distorted) => {
  const mesh = await meshOf(ofHurup, ofAthens);
  const [before, hurup] = seen(mesh);
  expect(before).not.toEqual(distorted);
  await distort(mesh, by, view);
  expect(seen(mesh)).toEqual([distorted, hurup]);
  await distort(mesh, by);
  expect(seen(mesh)).toEqual([before, hurup]);
});

test("one endpoint of several is told", async () => {
  const mesh = await meshOf(global);
  await scale(mesh, "hurup", ["10.2.0.5", "10.2.0.6"]);
  await distort(mesh, "hurup", "mesh-sharing.one-endpoint");
  expect(seen(mesh)).toEqual([both, ["10.0.0.5", "10.2.0.5", "10.2.0.6"]]);
});

test("endpoints that are gone are told on, in their own cluster they are gone, and new ones are told", async () => {
  const mesh = await meshOf(global);
  await distort(mesh, "hurup", "mesh-sharing.stale");
  await scale(mesh, "hurup", []);
  expect(seen(mesh)).toEqual([both, ["10.0.0.5"]]);
  await scale(mesh, "hurup", ["10.2.0.6"]);
  expect(seen(mesh)).toEqual([
    [...both, "10.2.0.6"],
    ["10.0.0.5", "10.2.0.6"],
  ]);
  await distort(mesh, "hurup");
  expect(seen(mesh)[0]).toEqual(["10.0.0.5", "10.2.0.6"]);
});

test("a Service that prefers its own cluster stays without an answer when nothing of it is left there", async () => {
  const mesh = await meshOf(global, { ...global, affinity: "local" });
  await distort(mesh, "athens", "mesh-services.no-fail-over");
  expect(seen(mesh)).toEqual([["10.0.0.5"], both]);
  await scale(mesh, "athens", []);
  expect(seen(mesh)).toEqual([[], ["10.2.0.5"]]);
});

test("no endpoint slices are kept for others' endpoints", async () => {
  const mesh = await meshOf({ ...global, "global-sync-endpoint-slices": "true" });
  const count = () => mesh.member("athens").store.list(slices, { namespace: testNamespace }).length;
  expect(count()).toBe(2);
  await distort(mesh, "athens", "mesh-slices.none");
  expect(count()).toBe(1);
});

const exporting = (): KubeObject => ({
  apiVersion: "multicluster.x-k8s.io/v1alpha1",
  kind: "ServiceExport",
  metadata: { name: "web", namespace: testNamespace },
});
const importers = (store: Store): string[] | undefined =>
  store
    .get(importResource, "web", testNamespace)
    ?.["status"].clusters.map(({ cluster }: { cluster: string }) => cluster)
    .toSorted();

async function exportedBy(mesh: TestMesh, ...clusters: string[]): Promise<void> {
  for (const cluster of clusters) mesh.member(cluster).store.create(exportResource, exporting());
  await mesh.settled();
}

test("exports are not told to others", async () => {
  const mesh = await meshOf({});
  await distort(mesh, "hurup", "mesh-sharing.no-exports");
  await exportedBy(mesh, "athens", "hurup");
  expect(["athens", "hurup"].map((cluster) => importers(mesh.member(cluster).store))).toEqual([
    ["athens"],
    ["athens", "hurup"],
  ]);
});

test("exports and imports that are gone stay", async () => {
  const mesh = await meshOf({});
  await exportedBy(mesh, "athens");
  await distort(mesh, "athens", "mesh-imports.stale");
  mesh.member("athens").store.delete(exportResource, "web", testNamespace);
  await mesh.settled();
  expect(["athens", "hurup"].map((cluster) => importers(mesh.member(cluster).store))).toEqual([["athens"], undefined]);
  await distort(mesh, "athens");
  expect(importers(mesh.member("athens").store)).toBeUndefined();
});

test("conflicts are not told, not even those that were told before", async () => {
  const mesh = await meshOf({});
  mesh.member("hurup").store.modify("services", "web", testNamespace, (copy) => ({
    ...copy,
    spec: { ...copy["spec"], ports: [{ name: "http", port: 90, protocol: "TCP" }] },
  }));
  const conflicts = () =>
    ["athens", "hurup"].map(
      (cluster) =>
        mesh
          .member(cluster)
          .store.get(exportResource, "web", testNamespace)
          ?.["status"].conditions.find(({ type }: { type: string }) => type === "Conflict").status,
    );
  await exportedBy(mesh, "athens", "hurup");
  expect(conflicts()).toEqual(["True", "True"]);
  await distort(mesh, "athens", "mesh-imports.agreeing");
  expect(conflicts()).toEqual(["False", "True"]);
  await distort(mesh, "athens");
  expect(conflicts()).toEqual(["True", "True"]);
});
