import { describe, expect, it, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { service, slice, spelled, startTestMesh, testNamespace } from "./test-mesh.ts";
import type { TestMesh } from "./test-mesh.ts";

const own: Record<string, string> = { athens: "10.0.0.5", hurup: "10.2.0.5", skagen: "10.4.0.5" };
const both = [own["athens"], own["hurup"]];
const slices = "endpointslices.discovery.k8s.io";

/** Starts a mesh in which each cluster has the Service with one backend of its own, annotated as it says. */
async function meshOf(annotated: Record<string, Record<string, string>>): Promise<TestMesh> {
  const mesh = startTestMesh(Object.keys(annotated));
  for (const [cluster, annotations] of Object.entries(annotated)) {
    const { store } = mesh.member(cluster);
    store.create("services", service(annotations));
    store.create(slices, slice([own[cluster] ?? ""]));
  }
  await mesh.settled();
  return mesh;
}

function seen(mesh: TestMesh, ...clusters: string[]): string[][] {
  return clusters.map((cluster) => mesh.member(cluster).backends("web"));
}

async function annotate(mesh: TestMesh, cluster: string, annotations: Record<string, string>): Promise<void> {
  const changed = (copy: KubeObject) => ({
    ...copy,
    metadata: { ...copy.metadata, annotations: spelled(annotations) },
  });
  mesh.member(cluster).store.modify("services", "web", testNamespace, changed);
  await mesh.settled();
}

async function scale(mesh: TestMesh, cluster: string, addresses: string[]): Promise<void> {
  const { endpoints } = slice(addresses) as KubeObject & { endpoints: unknown[] };
  mesh.member(cluster).store.modify(slices, "web-abcde", testNamespace, (copy) => ({ ...copy, endpoints }));
  await mesh.settled();
}

const yes = { global: "true" };

/** @see https://docs.cilium.io/en/stable/network/clustermesh/services/#global-and-shared-services-reference */
test.each<[string, Record<string, string>, Record<string, string>, "both" | "own", "both" | "own"]>([
  ["both are global", yes, yes, "both", "both"],
  ["the second does not share", yes, { ...yes, shared: "false" }, "own", "both"],
  ["the first does not share", { ...yes, shared: "false" }, yes, "both", "own"],
  ["neither shares", { ...yes, shared: "false" }, { ...yes, shared: "false" }, "own", "own"],
  ["both say that they share", { ...yes, shared: "True" }, { ...yes, shared: "true" }, "both", "both"],
  ["only the first is global", yes, {}, "own", "own"],
  ["only the second is global", {}, yes, "own", "own"],
  ["neither is global", {}, {}, "own", "own"],
  ["sharing alone means nothing", { shared: "true" }, { shared: "true" }, "own", "own"],
  ["another word than true is none", yes, { global: "yes" }, "own", "own"],
  ["case does not matter", { global: "TRUE" }, { global: "True" }, "both", "both"],
  ["the old spelling counts", { "io.cilium/global-service": "true" }, yes, "both", "both"],
  ["of two spellings the new one counts", { "io.cilium/global-service": "true", global: "false" }, yes, "own", "own"],
  ["so it is with sharing", yes, { ...yes, "io.cilium/shared-service": "false" }, "own", "both"],
])("%s", async (_, first, second, inFirst, inSecond) => {
  const mesh = await meshOf({ athens: first, hurup: second });
  const wanted = {
    athens: inFirst === "both" ? both : [own["athens"]],
    hurup: inSecond === "both" ? both : [own["hurup"]],
  };
  expect({ athens: mesh.member("athens").backends("web"), hurup: mesh.member("hurup").backends("web") }).toEqual(
    wanted,
  );
});

describe("a global Service", () => {
  it("has the backends of any number of clusters", async () => {
    const mesh = await meshOf({ athens: yes, hurup: yes, skagen: { ...yes, shared: "false" } });
    const all = Object.values(own);
    expect(seen(mesh, "athens", "hurup", "skagen")).toEqual([both, both, all]);
    await annotate(mesh, "skagen", yes);
    expect(seen(mesh, "athens", "hurup", "skagen")).toEqual([all, all, all]);
    await annotate(mesh, "hurup", {});
    const rest = [own["athens"], own["skagen"]];
    expect(seen(mesh, "athens", "hurup", "skagen")).toEqual([rest, [own["hurup"]], rest]);
  });

  it("is not there where no Service of the name is", async () => {
    const mesh = await meshOf({ athens: yes, hurup: yes });
    mesh.member("hurup").store.delete("services", "web", testNamespace);
    await mesh.settled();
    expect(seen(mesh, "athens", "hurup")).toEqual([[own["athens"]], []]);
  });

  it("follows backends as they come, fail and go", async () => {
    const mesh = await meshOf({ athens: yes, hurup: yes });
    await scale(mesh, "hurup", ["10.2.0.5", "10.2.0.6"]);
    expect(seen(mesh, "athens")).toEqual([["10.0.0.5", "10.2.0.5", "10.2.0.6"]]);
    await scale(mesh, "hurup", ["10.2.0.5!", "10.2.0.6"]);
    expect(seen(mesh, "athens")).toEqual([["10.0.0.5", "10.2.0.6"]]);
    await scale(mesh, "hurup", []);
    await scale(mesh, "athens", []);
    expect(seen(mesh, "athens", "hurup")).toEqual([[], []]);
  });

  it("gives a cluster that joins later what the others have, and them what it has", async () => {
    const mesh = startTestMesh(["athens"], ["hurup"]);
    mesh.member("athens").store.create("services", service(yes));
    mesh.member("athens").store.create(slices, slice(["10.0.0.5"]));
    await mesh.settled();
    mesh.join("hurup");
    mesh.member("hurup").store.create("services", service(yes));
    mesh.member("hurup").store.create(slices, slice(["10.2.0.5"]));
    await mesh.settled();
    expect(seen(mesh, "athens", "hurup")).toEqual([both, both]);
  });

  /** @see https://docs.cilium.io/en/stable/network/clustermesh/services/ */
  it.each(["athens", "hurup"])("stays at home when its namespace in %s objects", async (cluster) => {
    const mesh = await meshOf({ athens: yes, hurup: yes });
    const mark = (value: string) =>
      mesh.member(cluster).store.modify("namespaces", testNamespace, undefined, (copy) => {
        const annotations = { "clustermesh.cilium.io/global": value };
        return { ...copy, metadata: { ...copy.metadata, annotations } };
      });
    mark("false");
    await mesh.settled();
    expect(seen(mesh, "athens", "hurup")).toEqual([[own["athens"]], [own["hurup"]]]);
    mark("true");
    await mesh.settled();
    expect(seen(mesh, "athens", "hurup")).toEqual([both, both]);
  });
});

/** @see https://docs.cilium.io/en/stable/network/clustermesh/affinity/ */
describe("affinity", () => {
  it.each([
    ["local", own["athens"], own["hurup"]],
    ["Remote", own["hurup"], own["athens"]],
  ])("%s uses the other side only when the preferred one has nothing ready", async (affinity, preferred, other) => {
    const mesh = await meshOf({ athens: { ...yes, affinity }, hurup: yes });
    const [near, far] = affinity === "local" ? ["athens", "hurup"] : ["hurup", "athens"];
    expect(seen(mesh, "athens", "hurup")).toEqual([[preferred], both]);
    await scale(mesh, near ?? "", [`${preferred}!`]);
    expect(seen(mesh, "athens")).toEqual([[other]]);
    await scale(mesh, near ?? "", []);
    expect(seen(mesh, "athens")).toEqual([[other]]);
    await scale(mesh, far ?? "", []);
    expect(seen(mesh, "athens")).toEqual([[]]);
    await scale(mesh, near ?? "", [preferred ?? ""]);
    expect(seen(mesh, "athens")).toEqual([[preferred]]);
  });

  it.each(["none", "", "nearest"])("%j prefers nobody", async (affinity) => {
    const mesh = await meshOf({ athens: { ...yes, affinity }, hurup: yes });
    expect(seen(mesh, "athens", "hurup")).toEqual([both, both]);
    await scale(mesh, "athens", []);
    expect(seen(mesh, "athens")).toEqual([[own["hurup"]]]);
  });

  it("has an old spelling, and means nothing at a Service that is not global", async () => {
    const mesh = await meshOf({ athens: { ...yes, "io.cilium/service-affinity": "remote" }, hurup: yes });
    expect(seen(mesh, "athens")).toEqual([[own["hurup"]]]);
    await annotate(mesh, "athens", { affinity: "remote" });
    expect(seen(mesh, "athens")).toEqual([[own["athens"]]]);
  });
});

describe("a link to another cluster", () => {
  const secret = (mesh: TestMesh, change: (data: Record<string, string>) => Record<string, string>) => {
    const { store } = mesh.member("athens");
    store.modify("secrets", "cilium-clustermesh", "kube-system", (copy) => ({ ...copy, data: change(copy["data"]) }));
  };

  it("that is lost leaves what was known, and catches up when it is back", async () => {
    const mesh = await meshOf({ athens: yes, hurup: yes, skagen: yes });
    const entries = { ...mesh.member("athens").store.get("secrets", "cilium-clustermesh", "kube-system")?.["data"] };
    const elsewhere = Buffer.from("endpoints:\n- https://nowhere:2379\n").toString("base64");
    secret(mesh, (data) => ({ ...data, hurup: elsewhere }));
    await scale(mesh, "hurup", ["10.2.0.6"]);
    await scale(mesh, "skagen", ["10.4.0.6"]);
    expect(seen(mesh, "athens")).toEqual([["10.0.0.5", "10.2.0.5", "10.4.0.6"]]);
    expect(seen(mesh, "hurup")).toEqual([["10.0.0.5", "10.2.0.6", "10.4.0.6"]]);
    secret(mesh, () => entries);
    await mesh.settled();
    expect(seen(mesh, "athens")).toEqual([["10.0.0.5", "10.2.0.6", "10.4.0.6"]]);
  });

  it("that is taken away takes along what was known", async () => {
    const mesh = await meshOf({ athens: yes, hurup: yes, skagen: yes });
    secret(mesh, (data) => Object.fromEntries(Object.entries(data).filter(([cluster]) => cluster !== "hurup")));
    await mesh.settled();
    expect(seen(mesh, "athens")).toEqual([["10.0.0.5", "10.4.0.5"]]);
    mesh.member("athens").store.delete("secrets", "cilium-clustermesh", "kube-system");
    await mesh.settled();
    expect(seen(mesh, "athens", "hurup")).toEqual([["10.0.0.5"], Object.values(own)]);
  });
});
