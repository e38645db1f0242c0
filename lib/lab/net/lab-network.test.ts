import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openScene } from "./scene.ts";
import type { Question } from "./scene-host.ts";
import type { Scene } from "./scene.ts";

let scene: Scene;
let addresses: Record<string, string>;

const places = {
  a: "region-athens-worker",
  beside: "region-athens-worker",
  across: "region-athens-worker2",
  abroad: "region-hurup-worker",
};

beforeAll(async () => {
  scene = await openScene("fixtures/lab/two-regions.yaml");
  const pods = await Promise.all(Object.entries(places).map(([name, node]) => scene.pod(node, name)));
  addresses = Object.fromEntries(pods.map(({ name, address }) => [name, address]));
});

afterAll(() => scene.close());

const ask = (from: string, to: string, protocol: "tcp" | "udp" = "tcp", more: Partial<Question> = {}) =>
  scene.ask(from, { protocol, address: addresses[to] ?? to, port: 8080, ...more });

describe("pod to pod", () => {
  it.each([
    ["a", "beside"],
    ["beside", "a"],
    ["a", "across"],
    ["across", "a"],
    ["a", "abroad"],
    ["abroad", "across"],
  ])("%s reaches %s, which sees the pod's own address", async (from, to) => {
    for (const protocol of ["tcp", "udp"] as const) {
      expect(await ask(from, to, protocol)).toEqual({ by: to, saw: addresses[from] });
    }
  });

  it("goes through the node's rules, to a pod beside it too", async () => {
    const { a, beside } = places;
    expect(a).toBe(beside);
    await scene.run(a, ["nft", "add table ip wall; add chain ip wall f { type filter hook forward priority 0; }"]);
    await scene.run(a, ["nft", `add rule ip wall f ip saddr ${addresses["a"]} ip daddr ${addresses["beside"]} drop`]);
    const walled = await ask("a", "beside", "tcp", { silentForMs: 700 });
    await scene.run(a, ["nft", "delete table ip wall"]);
    expect(walled).toEqual({ error: "timeout" });
    expect(await ask("a", "beside")).toEqual({ by: "beside", saw: addresses["a"] });
  });

  it("is refused on a port where nobody listens, every time", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask("a", "abroad", "udp", { port: 9 })));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ({ error: "ECONNREFUSED" })));
    expect(await ask("a", "abroad", "tcp", { port: 9 })).toEqual({ error: "ECONNREFUSED" });
  });
});

describe("nodes and the bridge", () => {
  it("reach pods of every cluster by their own address", async () => {
    expect(await ask("region-athens-worker", "a")).toEqual({ by: "a", saw: "172.19.0.3" });
    expect(await ask("region-hurup-control-plane", "a")).toEqual({ by: "a", saw: "172.19.0.5" });
    expect(await ask("outside", "abroad")).toEqual({ by: "abroad", saw: "172.19.0.1" });
  });
});

describe("nothing else", () => {
  it("is there outside of the lab", async () => {
    expect(await ask("a", "192.0.2.1")).toEqual({ error: "ENETUNREACH" });
    expect(await ask("outside", "192.0.2.1")).toEqual({ error: "ENETUNREACH" });
  });

  it("has the address of a pod that is gone, until all others were used", async () => {
    const { address } = await scene.pod("region-hurup-worker2", "gone");
    expect(await ask("a", address)).toMatchObject({ by: "gone" });
    await scene.removePod("gone");
    expect(await ask("a", address)).toEqual({ error: "EHOSTUNREACH" });
    const next = await scene.pod("region-hurup-worker2", "next");
    expect(next.address).not.toBe(address);
  });
});
