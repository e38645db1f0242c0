import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../model.ts";
import { openScene } from "../net/scene.ts";
import type { Asked, Question } from "../net/scene-host.ts";
import type { Scene } from "../net/scene.ts";

const cluster = "region-athens";
const places = { one: "region-athens-worker", two: "region-athens-worker", three: "region-athens-worker2" } as const;
type PodName = keyof typeof places;
const address = "10.1.0.80";

let scene: Scene;
let addresses: Record<PodName, string>;

beforeAll(async () => {
  scene = await openScene("fixtures/lab/two-regions.yaml");
  const names = Object.keys(places) as PodName[];
  const pods = await Promise.all(names.map((name) => scene.pod(places[name], name)));
  addresses = Object.fromEntries(pods.map((pod) => [pod.name, pod.address])) as Record<PodName, string>;
});

afterAll(() => scene.close());

const service = (spec: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "echo", namespace: "shop" },
  spec: {
    clusterIP: address,
    clusterIPs: [address],
    ports: [
      { name: "web", port: 80, protocol: "TCP", targetPort: 8080 },
      { name: "talk", port: 53, protocol: "UDP", targetPort: 8080 },
    ],
    ...spec,
  },
});

const slice = (pods: PodName[], conditions: Partial<Record<PodName, Record<string, boolean>>> = {}): KubeObject => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "echo-abc", namespace: "shop", labels: { "kubernetes.io/service-name": "echo" } },
  addressType: "IPv4",
  ports: [
    { name: "web", port: 8080, protocol: "TCP" },
    { name: "talk", port: 8080, protocol: "UDP" },
  ],
  endpoints: pods.map((name) => ({
    addresses: [addresses[name]],
    nodeName: places[name],
    conditions: conditions[name] ?? { ready: true, serving: true, terminating: false },
  })),
});

const put = (...objects: KubeObject[]) => scene.put(cluster, objects);
/** On one machine an answer takes far less. */
const silentForMs = 700;
const ask = (from: string, protocol: "tcp" | "udp" = "tcp", more: Partial<Question> = {}) =>
  scene.ask(from, { protocol, address, port: protocol === "tcp" ? 80 : 53, ...more });
const askOften = (from: string, times: number, protocol: "tcp" | "udp" = "tcp") =>
  Promise.all(Array.from({ length: times }, () => ask(from, protocol)));
const who = (answers: Asked[]) =>
  [...new Set(answers.map((answer) => ("by" in answer ? answer.by : answer.error)))].toSorted();

afterEach(() => scene.put(cluster, [], [service(), slice([])]));

describe("a Service's address", () => {
  beforeEach(() => put(service(), slice(["one", "two", "three"])));

  it.each(["tcp", "udp"] as const)("leads to every endpoint over %s, from pods and from nodes", async (protocol) => {
    // By chance alone, one of three is left out of 60 less than once in ten thousand million times.
    expect(who(await askOften("one", 60, protocol))).toEqual(["one", "three", "two"]);
    expect(who(await askOften("region-athens-worker2", 60, protocol))).toEqual(["one", "three", "two"]);
  });

  it("keeps the client pod's address", async () => {
    await put(slice(["three"]));
    expect(await ask("one")).toEqual({ by: "three", saw: addresses.one });
    expect(await ask("one", "udp")).toEqual({ by: "three", saw: addresses.one });
  });

  it("answers a pod that is given itself, from the node's address", async () => {
    await put(slice(["one"]));
    expect(await ask("one")).toEqual({ by: "one", saw: "172.19.0.3" });
  });

  it("refuses ports that it does not have, and is silent where no Service is", async () => {
    const refused = { error: "ECONNREFUSED" };
    expect(await scene.ask("one", { protocol: "tcp", address, port: 81 })).toEqual(refused);
    expect(await scene.ask("region-athens-worker", { protocol: "tcp", address, port: 81 })).toEqual(refused);
    expect(await scene.ask("one", { protocol: "tcp", address: "10.1.0.81", port: 80, silentForMs })).toEqual({
      error: "timeout",
    });
  });

  it("is nobody's when the Service is gone", async () => {
    await scene.put(cluster, [], [service(), slice([])]);
    expect(await ask("one", "tcp", { silentForMs })).toEqual({ error: "timeout" });
    expect(await scene.run("region-athens-worker", ["nft", "list", "table", "ip", "kube-proxy"])).not.toContain("shop");
  });
});

describe("endpoints", () => {
  it("that are not ready get nothing", async () => {
    await put(service(), slice(["one", "three"], { one: { ready: false, serving: false, terminating: false } }));
    expect(who(await askOften("two", 20))).toEqual(["three"]);
  });

  it("that terminate still serve while there is no other", async () => {
    const leaving = { ready: false, serving: true, terminating: true };
    await put(service(), slice(["one", "three"], { one: leaving }));
    expect(who(await askOften("two", 20))).toEqual(["three"]);
    await put(slice(["one"], { one: leaving }));
    expect(who(await askOften("two", 20))).toEqual(["one"]);
  });

  it("are missed at once: connections and datagrams are refused", async () => {
    await put(service(), slice([]));
    for (const from of ["one", "region-athens-worker"]) {
      expect(who(await askOften(from, 20, "tcp"))).toEqual(["ECONNREFUSED"]);
      expect(who(await askOften(from, 20, "udp"))).toEqual(["ECONNREFUSED"]);
    }
  });

  it("that are gone lose a datagram flow to others, for the price of one datagram", async () => {
    await put(service(), slice(["one"]));
    const flow = { sourcePort: 40_000 };
    expect(await ask("two", "udp", flow)).toMatchObject({ by: "one" });
    await put(slice(["three"]));
    expect(await ask("two", "udp", { ...flow, silentForMs })).toEqual({ error: "timeout" });
    expect(await ask("two", "udp", flow)).toEqual({ by: "three", saw: addresses.two });
    await put(slice(["one"]));
    expect(await ask("two", "udp", { ...flow, silentForMs })).toEqual({ error: "timeout" });
    expect(await ask("two", "udp", flow)).toEqual({ by: "one", saw: addresses.two });
  });
});

describe("session affinity", () => {
  const sticky = service({ sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } } });

  it("keeps a client with its endpoint, also while other Services and endpoints come", async () => {
    await put(sticky, slice(["one", "two", "three"]));
    const first = who(await askOften("two", 20));
    expect(first).toHaveLength(1);
    const other = { ...service({ clusterIPs: ["10.1.0.90"] }), metadata: { name: "other", namespace: "shop" } };
    await put(other);
    expect(who(await askOften("two", 20))).toEqual(first);
    await scene.put(cluster, [slice(["three", "two", "one"])], [other]);
    expect(who(await askOften("two", 20))).toEqual(first);
  });

  it("ends with the endpoint", async () => {
    await put(sticky, slice(["one", "three"]));
    const first = who(await askOften("two", 20));
    const left: PodName = first[0] === "one" ? "three" : "one";
    await put(slice([left]));
    expect(who(await askOften("two", 20))).toEqual([left]);
  });
});

describe("internalTrafficPolicy Local", () => {
  beforeEach(() => put(service({ internalTrafficPolicy: "Local" }), slice(["one", "two"])));

  it("leads to the client's own node, and drops where that has no endpoint", async () => {
    await put(slice(["one", "three"]));
    expect(who(await askOften("two", 20))).toEqual(["one"]);
    expect(who(await askOften("three", 20))).toEqual(["three"]);
    await put(slice(["one"]));
    expect(await ask("three", "tcp", { silentForMs })).toEqual({ error: "timeout" });
    expect(await ask("two")).toMatchObject({ by: "one" });
  });

  it("refuses when there is no endpoint anywhere", async () => {
    await put(slice([]));
    expect(await ask("three")).toEqual({ error: "ECONNREFUSED" });
  });
});
