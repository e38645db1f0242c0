import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { echoService, node, openEchoScene } from "./test-echo.ts";
import type { EchoScene } from "./test-echo.ts";

const port = 30_080;
const refused = { error: "ECONNREFUSED" };
const silence = { error: "timeout" };
const nodes = [node.control, node.worker, node.worker2];

let echo: EchoScene;

beforeAll(async () => {
  echo = await openEchoScene();
});

afterAll(() => echo.scene.close());

afterEach(() => echo.remove(echoService(), echo.slice([])));

describe("a node port", () => {
  beforeEach(() => echo.put(echoService(), echo.slice(["one", "two", "three"])));

  it.each(["tcp", "udp"] as const)("leads from every node to every endpoint over %s", async (protocol) => {
    for (const address of nodes)
      expect(await echo.who("outside", address, port, protocol)).toEqual(["one", "three", "two"]);
  });

  it.each(["one", "three", "abroad", "region-athens-worker", "region-hurup-worker", "outside"])(
    "answers %s, who is masqueraded",
    async (from) => {
      for (const address of nodes) {
        for (const protocol of ["tcp", "udp"] as const) {
          const answer = await echo.ask(from, address, port, { protocol });
          expect(answer).toMatchObject({ by: expect.stringMatching(/one|two|three/), saw: address });
        }
      }
    },
  );

  it("is refused where there is no endpoint", async () => {
    await echo.put(echo.slice([]));
    for (const from of ["outside", "one", "abroad", "region-athens-worker"]) {
      expect(await echo.who(from, node.worker, port)).toEqual(["ECONNREFUSED"]);
      expect(await echo.who(from, node.worker, port, "udp")).toEqual(["ECONNREFUSED"]);
    }
  });

  it("that no Service has is as closed as any port of a node, on nodes of other clusters too", async () => {
    expect(await echo.ask("outside", node.worker, port + 1)).toEqual(refused);
    expect(await echo.ask("one", node.worker2, port + 1, { protocol: "udp" })).toEqual(refused);
    expect(await echo.ask("outside", "172.19.0.6", port)).toEqual(refused);
    await echo.remove(echoService(), echo.slice([]));
    expect(await echo.ask("outside", node.worker, port)).toEqual(refused);
  });

  it("is not open at a node's other addresses", async () => {
    expect(await echo.ask("one", "10.0.1.1", port)).toEqual(refused);
    expect(await echo.ask("region-athens-worker", "127.0.0.1", port)).toEqual(refused);
  });

  it("keeps a client with its endpoint when asked to", async () => {
    await echo.put(echoService({ sessionAffinity: "ClientIP" }));
    expect(await echo.who("outside", node.control, port)).toHaveLength(1);
  });

  it("loses a datagram flow to other endpoints for the price of one datagram", async () => {
    const ask = () => echo.ask("outside", node.control, port, { protocol: "udp", sourcePort: 40_000 });
    await echo.put(echo.slice(["one"]));
    expect(await ask()).toEqual({ by: "one", saw: node.control });
    await echo.put(echo.slice(["three"]));
    expect(await ask()).toEqual(silence);
    expect(await ask()).toEqual({ by: "three", saw: node.control });
  });

  it("leads to a pod of the node's own network", async () => {
    await echo.scene.host("region-athens-worker2", "guest", [8081]);
    const slice = echo.slice([]);
    const endpoints = [{ addresses: [node.worker2], nodeName: "region-athens-worker2", conditions: { ready: true } }];
    const ports = ["TCP", "UDP"].map((protocol) => ({ name: protocol, port: 8081, protocol }));
    await echo.put({ ...slice, endpoints, ports });
    for (const protocol of ["tcp", "udp"] as const) {
      for (const address of nodes) {
        expect(await echo.ask("outside", address, port, { protocol })).toMatchObject({ by: "guest" });
      }
      expect(await echo.ask("one", "10.1.0.80", 80, { protocol })).toEqual({ by: "guest", saw: echo.addresses.one });
      expect(await echo.ask("region-athens-worker2", "10.1.0.80", 80, { protocol })).toMatchObject({ by: "guest" });
    }
  });
});

describe("externalTrafficPolicy Local", () => {
  const local = echoService({ externalTrafficPolicy: "Local" });
  beforeEach(() => echo.put(local, echo.slice(["one", "two", "three"])));

  it("leads to the node's own endpoints, which see the client's address", async () => {
    expect(await echo.who("outside", node.worker, port)).toEqual(["one", "two"]);
    for (const protocol of ["tcp", "udp"] as const) {
      const asked = (from: string) => echo.ask(from, node.worker2, port, { protocol });
      expect(await asked("outside")).toEqual({ by: "three", saw: node.bridge });
      expect(await asked("abroad")).toEqual({ by: "three", saw: echo.addresses.abroad });
      expect(await asked("one")).toEqual({ by: "three", saw: echo.addresses.one });
      expect(await asked("region-athens-worker")).toEqual({ by: "three", saw: node.worker });
    }
  });

  it("drops what comes to a node without an endpoint", async () => {
    for (const from of ["outside", "one", "abroad", "region-athens-worker"]) {
      expect(await echo.ask(from, node.control, port)).toEqual(silence);
    }
    await echo.put(echo.slice(["three"], { three: { ready: false, serving: false, terminating: false } }));
    expect(await echo.ask("outside", node.worker2, port)).toEqual(refused);
  });

  it("does not bind the node itself and its pods, who reach endpoints elsewhere", async () => {
    await echo.put(echo.slice(["three"]));
    expect(await echo.ask("one", node.worker, port)).toEqual({ by: "three", saw: echo.addresses.one });
    expect(await echo.ask("region-athens-worker", node.worker, port)).toEqual({ by: "three", saw: node.worker });
    expect(await echo.ask("outside", node.worker, port)).toEqual(silence);
  });

  it("uses endpoints that still serve while they terminate, when the node has no other", async () => {
    const leaving = { ready: false, serving: true, terminating: true };
    await echo.put(echo.slice(["one", "three"], { three: leaving }));
    expect(await echo.who("outside", node.worker2, port)).toEqual(["three"]);
    await echo.put(echo.slice(["one", "two"], { two: leaving }));
    expect(await echo.who("outside", node.worker, port)).toEqual(["one"]);
  });
});
