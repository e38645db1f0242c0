import { expect, test } from "vitest";
import { type PathResult, type Trouble } from "../../report/path-result.ts";
import { samplePath } from "../../report/sample-run.ts";
import { subjectsOf } from "./subjects.ts";

const namespaces = { run: "meshgate-r1", other: "meshgate-r1-other" };

test("a path leads to its nodes, pods and Services, in each cluster that it touches", () => {
  const path = samplePath({
    id: "a",
    from: { cluster: "a", node: "n1", name: "client" },
    to: { cluster: "b", name: "echo.ns.svc" },
    way: {
      rung: "ingress",
      denial: false,
      fromNode: "n1",
      service: "run/echo",
      backends: [{ cluster: "b", node: "n2", name: "echo" }],
      eachBackend: false,
      entrance: { cluster: "b", node: "n3" },
      looksUp: "echo.run.svc",
      dnsServer: { cluster: "a", node: "n4", name: "coredns-1" },
    },
  });
  const { byContext, cut } = subjects([path]);
  expect(cut).toEqual([]);
  const services = [
    { namespace: "meshgate-r1", name: "echo" },
    { namespace: "kube-system", name: "kube-dns" },
  ];
  expect(Object.fromEntries(byContext)).toEqual({
    a: { nodes: ["n1", "n4"], workloads: ["client", "coredns-1"], services, ingresses: true },
    b: { nodes: ["n2", "n3"], workloads: ["echo.ns.svc", "echo"], services, ingresses: true },
  });
});

test("of many nodes those of most paths are looked at, and that is told", () => {
  const paths = Array.from({ length: 30 }, (_, n) =>
    samplePath({
      id: String(n),
      from: { cluster: "a", node: n % 2 ? "hub" : `n${n}`, name: "client" },
      to: { cluster: "", name: "outside" },
    }),
  );
  const { byContext, cut } = subjects(paths);
  expect(byContext.get("a")?.nodes.slice(0, 2)).toEqual(["hub", "n0"]);
  expect(cut).toEqual(["a: only 4 of 16 nodes are looked at, those of most paths"]);
  expect([...byContext.keys()]).toEqual(["a"]);
});

test("troubles are about the whole run, in their cluster or in all", () => {
  const trouble = { message: "m", cure: "c" };
  const none = { nodes: [], workloads: [], services: [], ingresses: false };
  expect(Object.fromEntries(subjects([], [{ ...trouble, cluster: "b" }]).byContext)).toEqual({ b: none });
  expect(Object.fromEntries(subjects([], [trouble]).byContext)).toEqual({ a: none, b: none });
});

function subjects(paths: PathResult[], troubles: Trouble[] = []) {
  return subjectsOf({ about: "x", paths, troubles }, ["a", "b"], namespaces);
}
