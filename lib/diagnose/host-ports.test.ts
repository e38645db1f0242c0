import { expect, test } from "vitest";
import type { PathResult } from "../report/path-result.ts";
import { diagnose } from "./diagnose.ts";

const nodes = ["control-plane", "worker", "worker2"];

interface Asked {
  scenario: "pod-to-kubelet" | "every-node" | "pod-to-node" | "node-to-other-pods" | "node-to-own-pods";
  from: string;
  to: string;
}

const asked = ["worker", "worker2"].flatMap((from) =>
  nodes.flatMap((to): Asked[] => [
    { scenario: "every-node", from, to },
    ...(from === to ? [] : [{ scenario: "pod-to-kubelet", from, to } as const]),
    ...(to === "control-plane" ? [] : [{ scenario: "pod-to-node", from, to } as const]),
    ...(to === "control-plane" || from === to ? [] : [{ scenario: "node-to-other-pods", from, to } as const]),
    ...(from === to ? [{ scenario: "node-to-own-pods", from, to } as const] : []),
  ]),
);

const targets: Partial<Record<Asked["scenario"], [string, number]>> = {
  "pod-to-node": ["host", 28_080],
  "node-to-other-pods": ["echo", 8080],
  "node-to-own-pods": ["echo", 8080],
};

function causeOf(isWrong: (asked: Asked) => boolean) {
  const paths = asked.map((each) => resultOf(each, isWrong(each)));
  const { causes } = diagnose({ results: { clusters: [], paths, troubles: [] }, endpoints: [], confirmed: [] });
  return causes.map(({ id }) => id);
}

function resultOf({ scenario, from, to }: Asked, isWrong: boolean): PathResult {
  const denial = scenario === "every-node";
  const [name, port] = targets[scenario] ?? ["node", 10_250];
  const isAnswered = denial === isWrong;
  return {
    id: `host-paths/${scenario}/a/${from}/client/a/${to}/${name}/${denial ? "kubelet" : "answers"}`,
    scenario: `host-paths/${scenario}`,
    suite: "host-paths",
    claim: "as promised",
    group: "a -> a",
    title: `${from} asks ${to}`,
    from: { cluster: "a", node: from, name: "client" },
    to: { cluster: "a", node: to, name },
    protocol: "tcp/http",
    verdict: isWrong ? "failed" : "passed",
    flap: false,
    outcome: isAnswered ? "answered" : "timeout",
    expected: "",
    saw: isAnswered ? "an HTTP answer of status 200" : "timeout",
    way: {
      rung: scenario.startsWith("node-to") ? "pod" : "host",
      port,
      denial,
      fromNode: from,
      backends: [],
      eachBackend: false,
      entrance: { cluster: "a", node: to },
    },
    attempts: { total: 6, asExpected: isWrong ? 0 : 6 },
    timings: { totalMs: 1 },
  };
}

test("a port of a node that nobody reaches is told by its number, which is not that of pods", () => {
  expect(causeOf(({ scenario, to }) => scenario === "pod-to-kubelet" && to === "worker2")).toEqual([
    "lost host/a/worker2 port 10250",
  ]);
});

test("a port of a node that gives what it should not is told, too", () => {
  expect(causeOf(({ scenario, to }) => scenario === "every-node" && to === "worker")).toEqual([
    "open host/a/worker port 10250",
  ]);
});

test("a node that does not reach its own pods is told, also when it reaches all others", () => {
  expect(causeOf(({ scenario, to }) => scenario === "node-to-own-pods" && to === "worker2")).toEqual([
    "lost host/a/worker2",
  ]);
});
