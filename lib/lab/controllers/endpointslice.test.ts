import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { deployment, pod, startTestCluster, testNamespace, type TestCluster } from "./test-cluster.ts";

const slices = "endpointslices.discovery.k8s.io";
const namespace = testNamespace;

function service(name: string, spec: object = {}, labels?: Record<string, string>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, ...(labels && { labels }) },
    spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: 8080 }], ...spec },
  };
}

function slicesOf({ store }: TestCluster, name: string): KubeObject[] {
  return store.list(slices, { namespace, labelSelector: `kubernetes.io/service-name=${name}` });
}

function settled(
  cluster: TestCluster,
  name: string,
  isSettled: (endpoints: KubeObject["spec"][]) => boolean,
): Promise<KubeObject[]> {
  return cluster.seen(slices, () => {
    const found = slicesOf(cluster, name);
    const endpoints = found.flatMap((slice) => slice["endpoints"] ?? []);
    return found.length > 0 && isSettled(endpoints) ? found : undefined;
  });
}

const ready = (count: number) => (endpoints: KubeObject["spec"][]) =>
  endpoints.length === count && endpoints.every(({ conditions }) => conditions.ready);

test("a slice looks as a real cluster's does", async () => {
  const cluster = startTestCluster();
  const { store } = cluster;
  const { metadata } = store.create("services", service("cip", {}, { team: "a" }));
  store.create("pods", pod("ok", { labels: { app: "web" } }));
  const [slice] = await settled(cluster, "cip", ready(1));
  const made = store.get("pods", "ok", namespace)!;
  expect(slice).toEqual({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: expect.stringMatching(/^cip-[a-z0-9]{5}$/),
      generateName: "cip-",
      namespace,
      uid: expect.any(String),
      resourceVersion: expect.any(String),
      generation: expect.any(Number),
      creationTimestamp: expect.any(String),
      labels: {
        team: "a",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": "cip",
      },
      annotations: { "endpoints.kubernetes.io/last-change-trigger-time": expect.any(String) },
      ownerReferences: [
        {
          apiVersion: "v1",
          kind: "Service",
          name: "cip",
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: "IPv4",
    endpoints: [
      {
        addresses: [made.status.podIP],
        conditions: { ready: true, serving: true, terminating: false },
        targetRef: { kind: "Pod", namespace, name: "ok", uid: made.metadata.uid },
        nodeName: made.spec.nodeName,
        zone: expect.stringMatching(/^region-athens-[bc]$/),
      },
    ],
    ports: [{ name: "http", protocol: "TCP", port: 8080 }],
  });
});

test("a Service without endpoints keeps one slice without any", async () => {
  const cluster = startTestCluster();
  cluster.store.create("services", service("empty"));
  const [slice] = await settled(cluster, "empty", ready(0));
  expect(slice).toMatchObject({ endpoints: [], ports: [] });
});

test("pods that are not ready, and those that are ending, are listed as such", async () => {
  const cluster = startTestCluster();
  const { store } = cluster;
  store.create("services", service("cip"));
  store.create("services", service("eager", { publishNotReadyAddresses: true }));
  const containers = [{ name: "c", image: "never-ready:1" }];
  store.create("pods", pod("slow", { labels: { app: "web" } }, { containers }));
  const isListed = (endpoints: unknown[]) => endpoints.length === 1;
  const [slice] = await settled(cluster, "cip", isListed);
  expect(slice!["endpoints"][0].conditions).toEqual({ ready: false, serving: false, terminating: false });
  const [eager] = await settled(cluster, "eager", isListed);
  expect(eager!["endpoints"][0].conditions).toEqual({ ready: true, serving: false, terminating: false });

  store.modify("pods", "slow", namespace, (copy) => {
    copy.metadata.finalizers = ["example.org/hold"];
    return copy;
  });
  store.delete("pods", "slow", namespace);
  const [ending] = await settled(cluster, "cip", ([endpoint]) => endpoint?.conditions.terminating === true);
  expect(ending!["endpoints"][0].conditions).toEqual({ ready: false, serving: false, terminating: true });
});

test("a pod that leaves is gone from the slice", async () => {
  const cluster = startTestCluster();
  cluster.store.create("services", service("cip"));
  cluster.store.create("deployments.apps", deployment("web", { replicas: 2 }));
  await settled(cluster, "cip", ready(2));
  cluster.store.modify("deployments.apps", "web", namespace, (copy) => ({
    ...copy,
    spec: { ...copy.spec, replicas: 0 },
  }));
  await settled(cluster, "cip", ready(0));
  expect(slicesOf(cluster, "cip")).toHaveLength(1);
});

test("a pod whose labels stop matching leaves the slice", async () => {
  const cluster = startTestCluster();
  cluster.store.create("services", service("cip"));
  cluster.store.create("pods", pod("ok", { labels: { app: "web" } }));
  await settled(cluster, "cip", ready(1));
  cluster.store.modify("pods", "ok", namespace, (copy) => ({ ...copy, metadata: { ...copy.metadata, labels: {} } }));
  const [left] = await settled(cluster, "cip", ready(0));
  expect(left!["endpoints"]).toEqual([]);
});

test("a named target port that differs between pods makes a slice for each number", async () => {
  const cluster = startTestCluster();
  const { store } = cluster;
  store.create("services", service("named", { ports: [{ name: "http", port: 80, targetPort: "web" }] }));
  for (const [name, containerPort] of [
    ["old", 8080],
    ["new", 9090],
    ["none", undefined],
  ] as const) {
    const ports = containerPort === undefined ? [] : [{ name: "web", containerPort }];
    store.create(
      "pods",
      pod(name, { labels: { app: "web" } }, { containers: [{ name: "c", image: "echo:1", ports }] }),
    );
  }
  const found = await settled(cluster, "named", ready(3));
  const byPort = found.map((slice) => [slice["ports"][0]?.port, slice["endpoints"][0].targetRef.name]);
  expect(byPort).toHaveLength(3);
  expect(byPort).toEqual(
    expect.arrayContaining([
      [8080, "old"],
      [9090, "new"],
      [undefined, "none"],
    ]),
  );
});

test("a headless Service's slice says so and carries the pods' host names", async () => {
  const cluster = startTestCluster();
  const { store } = cluster;
  store.create("services", service("db", { clusterIP: "None" }));
  store.create("pods", pod("a", { labels: { app: "web" } }, { hostname: "first", subdomain: "db" }));
  store.create("pods", pod("b", { labels: { app: "web" } }, { hostname: "second", subdomain: "other" }));
  const [slice] = await settled(cluster, "db", ready(2));
  expect(slice!.metadata.labels).toMatchObject({ "service.kubernetes.io/headless": "" });
  const names = slice!["endpoints"].map(({ targetRef, hostname }: KubeObject["spec"]) => [targetRef.name, hostname]);
  expect(names).toEqual([
    ["a", "first"],
    ["b", undefined],
  ]);
});

test("more than a hundred endpoints take more than one slice", async () => {
  const cluster = startTestCluster();
  const { store } = cluster;
  store.create("services", service("many"));
  for (let index = 0; index < 101; index++) store.create("pods", pod(`p${index}`, { labels: { app: "web" } }));
  const found = await settled(cluster, "many", ready(101));
  expect(found.map((slice) => slice["endpoints"].length).toSorted((a, b) => a - b)).toEqual([1, 100]);
});

test("a slice that somebody deletes comes back, and slices leave with their Service", async () => {
  const cluster = startTestCluster();
  const { store, seen } = cluster;
  store.create("services", service("cip"));
  const [first] = await settled(cluster, "cip", ready(0));
  store.delete(slices, first!.metadata.name, namespace);
  const [second] = await settled(cluster, "cip", ready(0));
  expect(second!.metadata.uid).not.toBe(first!.metadata.uid);
  store.delete("services", "cip", namespace);
  await seen(slices, () => (slicesOf(cluster, "cip").length === 0 ? true : undefined));
});

test("a Service without a selector is left to others", async () => {
  const cluster = startTestCluster();
  const { store } = cluster;
  store.create("services", service("manual", { selector: undefined }));
  store.create("services", service("cip"));
  await settled(cluster, "cip", ready(0));
  expect(slicesOf(cluster, "manual")).toEqual([]);
});

test("each family of a Service has slices of its own", async () => {
  const cluster = startTestCluster({ isDual: true });
  const { store } = cluster;
  store.create("services", service("both", { ipFamilyPolicy: "PreferDualStack" }));
  store.create("services", service("new", { ipFamilies: ["IPv6"] }));
  const empty = await cluster.seen(slices, () => {
    const found = slicesOf(cluster, "both");
    return found.length === 2 ? found : undefined;
  });
  expect(empty.map((slice) => String(slice["addressType"])).toSorted()).toEqual(["IPv4", "IPv6"]);
  store.create("pods", pod("ok", { labels: { app: "web" } }));
  const shown = (found: KubeObject[]) =>
    found.map((slice) => [
      slice["addressType"],
      ...slice["endpoints"].map(({ addresses }: KubeObject["spec"]) => addresses),
    ]);
  const found = await settled(cluster, "both", ready(2));
  const [ipv4, ipv6] = store.get("pods", "ok", namespace)!.status.podIPs;
  expect(shown(found)).toHaveLength(2);
  expect(shown(found)).toEqual(
    expect.arrayContaining([
      ["IPv4", [ipv4.ip]],
      ["IPv6", [ipv6.ip]],
    ]),
  );
  expect(new Set(found.map(({ metadata }) => JSON.stringify(metadata.labels))).size).toBe(1);
  expect(shown(await settled(cluster, "new", ready(1)))).toEqual([["IPv6", [ipv6.ip]]]);
});

test("slices leave with the family that a Service gives up", async () => {
  const cluster = startTestCluster({ isDual: true });
  const { store } = cluster;
  store.create("services", service("both", { ipFamilyPolicy: "RequireDualStack" }));
  store.create("pods", pod("ok", { labels: { app: "web" } }));
  await settled(cluster, "both", ready(2));
  store.modify("services", "both", namespace, (copy) => ({
    ...copy,
    spec: { ...copy["spec"], ipFamilyPolicy: "SingleStack" },
  }));
  const left = await settled(cluster, "both", ready(1));
  expect(left.map((slice) => slice["addressType"])).toEqual(["IPv4"]);
});
