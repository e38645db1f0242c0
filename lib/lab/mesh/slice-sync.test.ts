import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { service, slice, startTestMesh, testNamespace } from "./test-mesh.ts";
import type { TestMesh } from "./test-mesh.ts";

const slices = "endpointslices.discovery.k8s.io";
const headless = { clusterIP: "None" };

/** Starts two clusters with the Service, of which the second has backends; the first is annotated so. */
async function meshWith(
  annotations: Record<string, string>,
  spec: Record<string, unknown> = {},
  endpointSlices = true,
): Promise<TestMesh> {
  const mesh = startTestMesh(["athens", "hurup"], [], { endpointSlices });
  mesh.member("athens").store.create("services", service({ global: "true", ...annotations }, spec));
  mesh.member("hurup").store.create("services", service({ global: "true" }, spec));
  const backends = slice(["10.2.0.5", "10.2.0.6"]) as KubeObject & { endpoints: { hostname?: string }[] };
  backends.endpoints[0]!.hostname = "first";
  mesh.member("hurup").store.create(slices, backends);
  await mesh.settled();
  return mesh;
}

function imported(mesh: TestMesh): KubeObject[] {
  return mesh.member("athens").store.list(slices, { namespace: testNamespace });
}

test("a slice of another cluster's backends says whose they are", async () => {
  const mesh = await meshWith({}, headless);
  const owner = mesh.member("athens").store.get("services", "web", testNamespace);
  expect(imported(mesh)).toMatchObject([
    {
      metadata: {
        generateName: "web-hurup-",
        labels: {
          "endpointslice.kubernetes.io/managed-by": "endpointslice-mesh-controller.cilium.io",
          "kubernetes.io/service-name": "web",
          "multicluster.kubernetes.io/source-cluster": "hurup",
          "service.kubernetes.io/headless": "",
        },
        ownerReferences: [{ kind: "Service", name: "web", uid: owner?.metadata.uid, controller: true }],
      },
      addressType: "IPv4",
      ports: [{ name: "http", port: 8080, protocol: "TCP" }],
      endpoints: [
        {
          addresses: ["10.2.0.5"],
          conditions: { ready: true, serving: true, terminating: false },
          hostname: "first",
          nodeName: "hurup",
          zone: "hurup",
          targetRef: { kind: "store.ClusterService", name: "fake-pod-10.2.0.5", namespace: testNamespace },
        },
        { addresses: ["10.2.0.6"] },
      ],
    },
  ]);
});

test.each([
  ["headless, without a wish", {}, headless, 1],
  ["headless, declined", { "global-sync-endpoint-slices": "false" }, headless, 0],
  ["with an address, without a wish", {}, {}, 0],
  ["with an address, wished for", { "global-sync-endpoint-slices": "True" }, {}, 1],
  ["headless, but not global", { global: "false" }, headless, 0],
])("%s", async (_, annotations: Record<string, string>, spec, count) => {
  expect(imported(await meshWith(annotations, spec))).toHaveLength(count);
});

test("they change and go with the backends, come back when somebody deletes them, and leave when they are declined", async () => {
  const mesh = await meshWith({}, headless);
  const [first] = imported(mesh);
  const addresses = () =>
    imported(mesh).flatMap(({ endpoints }) => endpoints.map((each: KubeObject) => each["addresses"][0]));
  const scale = async (...now: string[]) => {
    const { endpoints } = slice(now) as KubeObject & { endpoints: unknown };
    mesh.member("hurup").store.modify(slices, "web-abcde", testNamespace, (copy) => ({ ...copy, endpoints }));
    await mesh.settled();
  };
  await scale("10.2.0.7");
  expect(addresses()).toEqual(["10.2.0.7"]);
  expect(imported(mesh)[0]?.metadata.name).toBe(first?.metadata.name);
  mesh.member("athens").store.delete(slices, first?.metadata.name ?? "", testNamespace);
  await mesh.settled();
  expect(addresses()).toEqual(["10.2.0.7"]);
  await scale();
  expect(imported(mesh)).toEqual([]);
  await scale("10.2.0.7");
  mesh.member("athens").store.modify("services", "web", testNamespace, (copy) => {
    const annotations = {
      "service.cilium.io/global": "true",
      "service.cilium.io/global-sync-endpoint-slices": "false",
    };
    return { ...copy, metadata: { ...copy.metadata, annotations } };
  });
  await mesh.settled();
  expect(imported(mesh)).toEqual([]);
});

test("proxies do not take them for the cluster's own, and they are not shared again", async () => {
  const mesh = await meshWith({ "global-sync-endpoint-slices": "true", affinity: "local" });
  mesh.member("athens").store.create(slices, slice(["10.0.0.5"]));
  await mesh.settled();
  expect(imported(mesh)).toHaveLength(2);
  expect(mesh.member("athens").backends("web")).toEqual(["10.0.0.5"]);
  mesh.member("hurup").store.delete(slices, "web-abcde", testNamespace);
  await mesh.settled();
  expect(mesh.member("hurup").backends("web")).toEqual(["10.0.0.5"]);
});

test("without the synchronisation there are none", async () => {
  expect(imported(await meshWith({}, headless, false))).toEqual([]);
});
