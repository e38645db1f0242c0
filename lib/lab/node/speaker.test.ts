import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../model.ts";
import { electNode } from "./elect-node.ts";
import { echoService, node, openEchoScene, places } from "./test-echo.ts";
import type { EchoScene, PodName } from "./test-echo.ts";

const address = "172.19.255.7";
const silence = { error: "timeout" };
const nodeNames = ["region-athens-control-plane", "region-athens-worker", "region-athens-worker2"];

const nodeObject = (name: string, isReady = true): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: { conditions: [{ type: "Ready", status: isReady ? "True" : "Unknown" }] },
});
const metallb = (kind: string, spec: Record<string, unknown>): KubeObject => ({
  apiVersion: "metallb.io/v1beta1",
  kind,
  metadata: { name: "pool", namespace: "metallb-system" },
  spec,
});
const pool = metallb("IPAddressPool", { addresses: ["172.19.255.1-172.19.255.100"] });
const advertisement = metallb("L2Advertisement", {});

const balanced = (spec: Record<string, unknown> = {}): KubeObject =>
  echoService({ type: "LoadBalancer", ...spec }, [{ ip: address, ipMode: "VIP" }]);

let echo: EchoScene;

beforeAll(async () => {
  echo = await openEchoScene();
  await echo.put(...nodeNames.map((name) => nodeObject(name)), pool, advertisement);
});

afterAll(() => echo.scene.close());

afterEach(() => echo.remove(balanced(), echo.slice([])));

/** Names of the nodes that answer for the address. */
async function owners(): Promise<string[]> {
  const found = await Promise.all(
    nodeNames.map(async (name) => ({ name, text: await echo.scene.run(name, ["ip", "neigh", "show", "proxy"]) })),
  );
  return found.filter(({ text }) => text.includes(address)).map(({ name }) => name);
}

const addressOf = (name = ""): string => Object.values(node)[nodeNames.indexOf(name)] ?? "";
const sawOf = (answer: unknown): unknown => (answer as { saw?: string }).saw;

describe("a load balancer's address", () => {
  beforeEach(() => echo.put(balanced(), echo.slice(["one", "two", "three"])));

  it("is one node's, and leads from there to every endpoint", async () => {
    const [owner, ...others] = await owners();
    expect(others).toEqual([]);
    for (const protocol of ["tcp", "udp"] as const) {
      expect(await echo.who("outside", address, 80, protocol)).toEqual(["one", "three", "two"]);
      expect(await echo.who("abroad", address, 80, protocol)).toEqual(["one", "three", "two"]);
      expect(await echo.who("region-hurup-worker", address, 80, protocol)).toEqual(["one", "three", "two"]);
      expect(sawOf(await echo.ask("outside", address, 80, { protocol }))).toBe(addressOf(owner));
    }
    expect(await echo.scene.events()).toContain(
      `echo Normal nodeAssigned: announcing from node "${owner}" with protocol "layer2"`,
    );
  });

  it("is short-circuited by the nodes of its own cluster", async () => {
    expect(sawOf(await echo.ask("one", address, 80))).toBe(node.worker);
    expect(sawOf(await echo.ask("three", address, 80))).toBe(node.worker2);
    expect(sawOf(await echo.ask("region-athens-control-plane", address, 80))).toBe(node.control);
  });

  it("has the Service's ports and no other", async () => {
    expect(await echo.ask("outside", address, 81)).toEqual(silence);
    expect(await echo.ask("outside", address, 30_080)).toEqual(silence);
  });

  it("works without node ports", async () => {
    const ports = [{ name: "TCP", port: 80, protocol: "TCP" }];
    await echo.put(balanced({ ports, allocateLoadBalancerNodePorts: false }));
    expect(await echo.who("outside", address, 80)).toEqual(["one", "three", "two"]);
    expect(await echo.ask("outside", node.worker, 30_080)).toEqual({ error: "ECONNREFUSED" });
  });

  it("moves when its node is lost, and the others learn it at once", async () => {
    const [owner = ""] = await owners();
    expect(await echo.ask("outside", address, 80)).toHaveProperty("by");
    await echo.put(nodeObject(owner, false));
    const [next = ""] = await owners();
    expect(next).not.toBe(owner);
    expect(sawOf(await echo.ask("outside", address, 80))).toBe(addressOf(next));
    await echo.put(nodeObject(owner));
    expect(await owners()).toEqual([owner]);
    expect(sawOf(await echo.ask("outside", address, 80))).toBe(addressOf(owner));
  });

  it("is nobody's without endpoints, though the cluster's own nodes refuse for it", async () => {
    await echo.put(echo.slice([]));
    expect(await owners()).toEqual([]);
    expect(await echo.ask("outside", address, 80)).toEqual(silence);
    expect(await echo.ask("one", address, 80)).toEqual({ error: "ECONNREFUSED" });
    expect(await echo.ask("region-athens-worker", address, 80, { protocol: "udp" })).toEqual({ error: "ECONNREFUSED" });
  });

  it("is withdrawn with its Service, with its advertisement, and from Services with a class", async () => {
    await echo.remove(advertisement);
    expect(await owners()).toEqual([]);
    await echo.put(advertisement);
    expect(await owners()).toHaveLength(1);
    await echo.put(balanced({ loadBalancerClass: "example.org/other" }));
    expect(await owners()).toEqual([]);
    await echo.put(balanced());
    expect(await echo.ask("outside", address, 80)).toHaveProperty("by");
    await echo.remove(balanced());
    expect(await owners()).toEqual([]);
    expect(await echo.ask("outside", address, 80)).toEqual(silence);
  });

  it("is for the clients of its source ranges only; node ports are for all", async () => {
    await echo.put(balanced({ loadBalancerSourceRanges: ["172.19.0.1/32", "10.0.1.0/24 ", "10.0.1.7/32"] }));
    expect(await echo.who("outside", address, 80)).toEqual(["one", "three", "two"]);
    expect(await echo.who("one", address, 80)).toEqual(["one", "three", "two"]);
    for (const from of ["abroad", "three", "region-athens-worker"]) {
      expect(await echo.ask(from, address, 80)).toEqual(silence);
    }
    expect(await echo.ask("abroad", node.worker, 30_080)).toHaveProperty("by");
  });

  it("is not translated where a load balancer in front of the nodes does that", async () => {
    await echo.put(echoService({ type: "LoadBalancer" }, [{ ip: address, ipMode: "Proxy" }]));
    expect(await owners()).toEqual([]);
    expect(await echo.ask("one", address, 80)).toEqual(silence);
  });
});

describe("externalTrafficPolicy Local", () => {
  const healthCheckNodePort = 31_000;
  const local = balanced({ externalTrafficPolicy: "Local", healthCheckNodePort });
  beforeEach(() => echo.put(local, echo.slice(["one", "two"])));

  const health = async (of: string): Promise<unknown> => {
    const script = `fetch("http://${of}:${healthCheckNodePort}/").then(
      async (answer) => console.log(JSON.stringify({ status: answer.status, weight: answer.headers.get("x-load-balancing-endpoint-weight"), body: await answer.json() })),
      (error) => console.log(JSON.stringify(error.cause.code)));`;
    return JSON.parse(await echo.scene.run("region-hurup-worker", [process.execPath, "-e", script]));
  };
  const healthWith = (count: number) => ({
    status: count > 0 ? 200 : 503,
    weight: String(count),
    body: { service: { namespace: "shop", name: "echo" }, localEndpoints: count, serviceProxyHealthy: true },
  });

  it("puts the address where endpoints are, which see the client's address", async () => {
    expect(await owners()).toEqual([places.one]);
    expect(await echo.who("outside", address, 80)).toEqual(["one", "two"]);
    for (const protocol of ["tcp", "udp"] as const) {
      expect(sawOf(await echo.ask("outside", address, 80, { protocol }))).toBe(node.bridge);
      expect(sawOf(await echo.ask("abroad", address, 80, { protocol }))).toBe(echo.addresses.abroad);
    }
    await echo.put(echo.slice(["three"]));
    expect(await owners()).toEqual([places.three]);
    expect(await echo.ask("outside", address, 80)).toEqual({ by: "three", saw: node.bridge });
  });

  it("does not bind pods of the cluster, wherever they are", async () => {
    expect(await echo.ask("three", address, 80)).toHaveProperty("by");
    expect(await echo.ask("region-athens-control-plane", address, 80)).toHaveProperty("by");
  });

  it("tells load balancers which nodes have endpoints", async () => {
    expect(await health(node.worker)).toEqual(healthWith(2));
    expect(await health(node.worker2)).toEqual(healthWith(0));
    await echo.put(echo.slice(["one", "three"], { one: { ready: false, serving: true, terminating: true } }));
    expect(await health(node.worker)).toEqual(healthWith(0));
    expect(await health(node.worker2)).toEqual(healthWith(1));
    await echo.put(balanced());
    expect(await health(node.worker2)).toBe("ECONNREFUSED");
  });
});

describe("electNode", () => {
  const endpoint = (name: PodName) => ({
    address: "10.0.0.1",
    port: 80,
    nodeName: places[name],
    ready: true,
    serving: true,
    terminating: false,
  });
  const candidacy = { address, externalPolicy: "Cluster" as const, endpoints: [endpoint("one")] };
  const roll = { nodes: nodeNames.map((name) => nodeObject(name)), pools: [pool], advertisements: [advertisement] };
  const labelled = (object: KubeObject, labels: Record<string, string>): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, labels },
  });

  it("spreads addresses over the nodes, and stays with its choice while others leave", () => {
    const chosen = Array.from({ length: 30 }, (_, index) =>
      electNode({ ...candidacy, address: `172.19.255.${index + 1}` }, roll),
    );
    expect(new Set(chosen)).toEqual(new Set(nodeNames));
    const choice = electNode(candidacy, roll);
    for (const name of nodeNames.filter((one) => one !== choice)) {
      const nodes = roll.nodes.filter(({ metadata }) => metadata.name !== name);
      expect(electNode(candidacy, { ...roll, nodes })).toBe(choice);
    }
  });

  it("leaves out nodes that are excluded, or that no advertisement selects", () => {
    const [name = "", ...names] = nodeNames;
    const others = names.map((one) => nodeObject(one));
    const zone = { nodeSelectors: [{ matchLabels: { zone: "a" } }] };
    const inZone = labelled(nodeObject(name), { zone: "a" });
    const advertisements = [metallb("L2Advertisement", zone)];
    expect(electNode(candidacy, { ...roll, nodes: [inZone, ...others], advertisements })).toBe(name);
    const out = labelled(inZone, { zone: "a", "node.kubernetes.io/exclude-from-external-load-balancers": "" });
    expect(electNode(candidacy, { ...roll, nodes: [out, ...others], advertisements })).toBeUndefined();
  });

  it.each([
    [{}, true],
    [{ ipAddressPools: ["pool"] }, true],
    [{ ipAddressPools: ["other"] }, false],
    [{ ipAddressPoolSelectors: [{ matchLabels: { tier: "web" } }] }, true],
    [{ ipAddressPoolSelectors: [{ matchLabels: { tier: "data" } }] }, false],
  ])("with the advertisement %j is made: %s", (spec, isMade) => {
    const pools = [labelled(pool, { tier: "web" })];
    const advertisements = [metallb("L2Advertisement", spec)];
    expect(electNode(candidacy, { ...roll, pools, advertisements }) !== undefined).toBe(isMade);
  });

  it("chooses nobody for addresses of no pool and Services that nobody serves", () => {
    expect(electNode({ ...candidacy, address: "172.19.254.1" }, roll)).toBeUndefined();
    expect(electNode({ ...candidacy, endpoints: [] }, roll)).toBeUndefined();
  });
});
