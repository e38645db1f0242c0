import { expect, test } from "vitest";
import type { PathResult } from "../report/path-result.ts";
import { diagnose } from "./diagnose.ts";
import { matrixOf, type Packet } from "./made-up-matrix.ts";

const nodes = ["worker-0", "worker-1"];
const clusters = ["a", "b"].map((name) => ({ name, nodes }));

function idsOf(paths: PathResult[]) {
  const { causes } = diagnose({ results: { clusters: [], paths, troubles: [] }, endpoints: [], confirmed: [] });
  return causes.map(({ id }) => id);
}

const goesTo = (cluster: string, { to }: Packet) => to.cluster === cluster && to.node === "worker-0";
const isFar = ({ from, to }: Packet) => from.cluster !== to.cluster;

/** Packets to the other cluster's first worker are lost, both ways. */
function lost(): PathResult[] {
  const packet = (each: Packet) =>
    isFar(each) && (goesTo("a", each) || goesTo("b", each)) ? ("timeout" as const) : undefined;
  return matrixOf({ clusters, broken: [{ packet }] });
}

/** All pods of a worker have addresses of the same range, which the clusters share or not. */
function withAddresses(paths: PathResult[], rangeOf: (cluster: string, node: string) => string): PathResult[] {
  const address = ({ cluster, node = "", name }: PathResult["from"]) =>
    `${rangeOf(cluster, node)}.${name === "client" ? 3 : 4}`;
  return paths.map((path) => ({
    ...path,
    from: { ...path.from, address: address(path.from) },
    to: path.to.node === undefined ? path.to : { ...path.to, address: `${address(path.to)}:8080` },
  }));
}

test("pods of two clusters that have the same addresses are what fails between them", () => {
  const paths = withAddresses(lost(), (cluster, node) => (node === "worker-0" ? "10.0.1" : `10.${cluster}.2`));
  expect(idsOf(paths)).toEqual(["wrong addresses/a<>b"]);
});

test("pods in a range that both clusters have are, too", () => {
  const of = { a: "10.0.1", b: "10.0.1" };
  const far = withAddresses(lost(), (cluster, node) => (node === "worker-0" ? of[cluster as "a"] : "10.9.9"));
  const paths = far.map((path) => ({ ...path, to: { ...path.to, address: path.to.address?.replace(/\.4:/, ".5:") } }));
  const [some] = paths;
  if (!some) throw new Error("no path");
  const { way: _, ...ranges } = {
    ...some,
    id: "global-service/configuration/a/api/b/api/pod-ranges",
    scenario: "global-service/configuration",
    from: { cluster: "a", name: "api" },
    to: { cluster: "b", name: "api" },
    protocol: "kubernetes",
    verdict: "failed" as const,
    outcome: "answered" as const,
    saw: "10.0.1.0/24 here and 10.0.1.0/24 there; 6 of 6 attempts in 3.1 s",
  };
  expect(idsOf([...paths, ranges as PathResult])).toEqual(["wrong addresses/a<>b"]);
});

test("a pod in whose place one of the asker's cluster answers has an address that is given twice", () => {
  const paths = matrixOf({ clusters, broken: [] }).map((path): PathResult => {
    const isTaken = path.from.cluster === "a" && path.to.cluster === "b" && path.to.node === "worker-0";
    if (!isTaken) return path;
    const saw = "an answer from a/worker-1/echo; 6 of 6 attempts in 3.2 s";
    return {
      ...path,
      verdict: "failed",
      outcome: "answered",
      saw,
      attempts: { total: 6, asExpected: 0, answeredBy: { "a/worker-1/echo": 6 } },
    };
  });
  expect(idsOf(paths)).toEqual(["wrong addresses/a<>b"]);
});

test("where no address is shared nothing is said of addresses", () => {
  const paths = withAddresses(lost(), (cluster, node) => `10.${cluster === "a" ? 0 : 2}.${node.at(-1)}`);
  expect(idsOf(paths).filter((id) => id.includes("addresses"))).toEqual([]);
  expect(idsOf(paths)).not.toEqual([]);
});
