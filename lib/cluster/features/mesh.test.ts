import { describe, expect, test } from "vitest";
import type { Cilium } from "./cilium.ts";
import { joinMeshes, type MeshFacts } from "./mesh.ts";

const cilium = (clusterName: string, peers: Cilium["peers"], config: Cilium["config"] = {}): Cilium => ({
  namespace: "kube-system",
  config,
  clusterName,
  peers,
  podRanges: [],
});
const facts = (found: MeshFacts["cilium"], hasExports = false): MeshFacts => ({ cilium: found, hasExports, dns: true });
const join = (clusters: Record<string, MeshFacts>) => {
  const members = Object.entries(clusters).map(([context, mesh]) => ({ context, mesh }));
  return Object.fromEntries(joinMeshes(members).map((ties, index) => [members[index]?.context, ties]));
};

describe("Cilium's mesh", () => {
  test("joins those that connect to each other, in a run of several meshes", () => {
    const { a, b, c, d } = join({
      a: facts(cilium("athens", ["hurup"])),
      b: facts(cilium("hurup", ["athens"])),
      c: facts(cilium("skagen", ["thisted"])),
      d: facts(cilium("thisted", ["skagen"])),
    });
    expect([a, b, c, d].map((ties) => ties?.joined["mesh-annotations"])).toEqual([["b"], ["a"], ["d"], ["c"]]);
    expect(a?.features).toMatchObject({ "mesh-annotations": null, "cilium-mesh": null });
  });

  test("joins two of which only one connects to the other, so that the failure is found", () => {
    const { a, b } = join({ a: facts(cilium("athens", ["hurup"])), b: facts(cilium("hurup", [])) });
    expect([a, b].map((ties) => ties?.features["mesh-annotations"])).toEqual([null, null]);
  });

  test("joins those that offer one and keep to themselves with whom", () => {
    const { a, b } = join({
      a: facts(cilium("athens", "undisclosed")),
      b: facts(cilium("hurup", "undisclosed")),
    });
    expect([a, b].map((ties) => ties?.joined["mesh-annotations"])).toEqual([["b"], ["a"]]);
  });

  test("with one name for two clusters joins none, and is still looked at", () => {
    const { a, b } = join({ a: facts(cilium("athens", ["hurup"])), b: facts(cilium("athens", ["skagen"])) });
    expect(a?.features).toMatchObject({
      "mesh-annotations": "Cilium's mesh joins it to no other cluster of this run, but to hurup",
      "cilium-mesh": null,
    });
    expect(b?.features["cilium-mesh"]).toBeNull();
  });

  test("is missing for a reason", () => {
    const reasonOf = (mesh: MeshFacts) => join({ a: mesh, b: facts(undefined) })["a"]?.features["mesh-annotations"];
    expect(reasonOf(facts(undefined))).toBe(
      "neither Cilium's mesh nor the API of exported Services joins it to another cluster",
    );
    expect(reasonOf(facts(undefined, true))).toBe("Cilium, whose mesh would join it to another cluster, is not there");
    expect(reasonOf(facts(cilium("athens", [])))).toBe("Cilium's mesh does not join it to another cluster");
    expect(reasonOf(facts({ unknown: "it may not be read" }))).toBe(
      "whether Cilium's mesh joins it to another cluster is not known: it may not be read",
    );
  });

  test("keeps endpoint slices where it is told to", () => {
    const slices = (value: string) => cilium("athens", ["hurup"], { "clustermesh-enable-endpoint-sync": value });
    const reasonOf = (value: string) =>
      join({ a: facts(slices(value)), b: facts(cilium("hurup", ["athens"])) })["a"]?.features["mesh-endpoint-slices"];
    expect(reasonOf("true")).toBeNull();
    expect(reasonOf("false")).toContain("not told to synchronise endpoint slices");
  });
});

describe("exported Services", () => {
  test("join all clusters that have their API and no Cilium", () => {
    const { a, b, c } = join({ a: facts(undefined, true), b: facts(undefined, true), c: facts(undefined) });
    expect(a?.joined["mesh-mcs"]).toEqual(["b"]);
    expect(b?.features["mesh-mcs"]).toBeNull();
    expect(c?.features["mesh-mcs"]).toContain("neither");
  });

  test("of Cilium join those of its mesh, where it is told to serve them", () => {
    const on = { "clustermesh-enable-mcs-api": "true" };
    const { a, b, c } = join({
      a: facts(cilium("athens", ["hurup", "skagen"], on), true),
      b: facts(cilium("hurup", ["athens"], on), true),
      c: facts(cilium("skagen", ["athens"]), true),
    });
    expect(a?.joined["mesh-mcs"]).toEqual(["b"]);
    expect(b?.joined["mesh-mcs"]).toEqual(["a"]);
    expect(c?.features["mesh-mcs"]).toBe("Cilium, which would serve exported Services, is told not to");
  });
});
