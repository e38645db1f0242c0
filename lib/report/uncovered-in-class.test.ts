import { expect, test } from "vitest";
import { samplePath } from "./sample-run.ts";
import type { PathResult } from "./path-result.ts";
import { uncoveredInClass } from "./uncovered-in-class.ts";

const across = [
  path("p/across/a/w1/client/b/w1/echo/udp"),
  path("p/across/b/w1/client/a/w1/echo/udp", "failed"),
  path("p/across/a/w1/client/b/w1/echo/http"),
];

test.each<[string, string, PathResult[], string[]]>([
  ["all of it was asked", "p/across/*/udp", across, []],
  ["no path is like it", "p/across/*/sctp", across, ["everywhere: no path of it was planned"]],
  ["a cluster is left alone", "p/across/*/udp", across.slice(2), ["everywhere: no path of it was planned"]],
  [
    "skipped everywhere",
    "p/across/*",
    [skip("p/across", "a"), skip("p/across", "b")],
    ["a: a lacks it", "b: b lacks it"],
  ],
  ["skipped in one cluster", "p/across/*/udp", [...across, skip("p/across", "c")], ["c: c lacks it"]],
  ["skipped between two", "p/across/*/udp", [...across, skip("p/across", "a", "c")], ["a -> c: c lacks it"]],
  ["meant not to talk", "p/across/*/udp", [...across, skip("p/across", "x", "y")], []],
  ["a pattern that names its clusters", "p/across/a/*/b/*", [...across, skip("p/across", "c")], []],
  ["a pattern that names where from", "p/across/a/*", [...across, skip("p/across", "c")], ["c: c lacks it"]],
  ["another scenario is skipped", "p/across/*", [...across, skip("p/other", "b")], []],
  ["classes over scenarios", "p/*/udp", [...across, skip("p/other", "b"), skip("p/other", "b")], ["b: b lacks it"]],
  ["within clusters", "p/same/a/*", [path("p/same/a/w1/client/a/w1/echo/udp"), skip("p/same", "b")], []],
  ["of a node", "p/same/*/w1/*", [path("p/same/a/w1/client/a/w1/echo/udp"), skip("p/same", "b")], ["b: b lacks it"]],
])("%s", (_, pattern, paths, expected) => {
  const clusters = [{ context: "a" }, { context: "b" }];
  const withThird = paths.some(({ to }) => to.cluster === "c") ? [...clusters, { context: "c" }] : clusters;
  const found = uncoveredInClass(pattern, paths, { clusters: withThird, isDenied: (from) => from === "x" });
  expect(found.map(({ where = "everywhere", reason }) => `${where}: ${reason}`)).toEqual(expected);
});

test("a cluster that nothing of it begins or ends in", () => {
  const clusters = [{ context: "a" }, { context: "b" }, { context: "arn:x/c" }];
  const untouched = (pattern: string) =>
    uncoveredInClass(pattern, across, { clusters, isDenied: () => false }).map(({ where }) => where);
  expect(untouched("p/across/*/udp")).toEqual(["arn:x/c"]);
  expect(untouched("p/across/*/arn:x%2Fc/*")).toEqual([undefined]);
  expect(untouched("p/across/a/*/b/*")).toEqual([]);
});

function path(id: string, verdict: PathResult["verdict"] = "passed"): PathResult {
  const [suite, name, from = "", , , to = ""] = id.split("/");
  const end = (cluster: string) => ({ cluster, node: "w1", name: "any" });
  return samplePath({ id, scenario: `${suite}/${name}`, verdict, from: end(from), to: end(to) });
}

function skip(scenario: string, from: string, to = from): PathResult {
  const id = [scenario, ...new Set([from, to])].join("/");
  const end = (cluster: string) => ({ cluster, name: "any" });
  return samplePath({ id, scenario, verdict: "skipped", reason: `${to} lacks it`, from: end(from), to: end(to) });
}
