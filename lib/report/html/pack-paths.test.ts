import { expect, test } from "vitest";
import { samplePath, samplePaths } from "../sample-run.ts";
import { packPaths, unpackPaths } from "./pack-paths.ts";
import { pagePath } from "./page-path.ts";
import { failedWith, madeUpResults } from "./test-results.ts";

test("paths come out of their columns as they went in", () => {
  const hostile = samplePath({
    id: "odd/\u0001/</script>",
    scenario: "odd",
    from: { cluster: "arn:aws:eks:1:cluster/a b%", name: "client" },
    to: { cluster: "", name: "1.1.1.1" },
    verdict: "failed",
    saw: "<img onerror=x>",
    timings: { totalMs: 1, latenciesMs: [0.01, 1.234, 1234.5] },
  });
  const paths = [...samplePaths, hostile, ...madeUpResults({ clusters: 2, nodes: 2, paths: 50 }).paths].map(pagePath);
  const out = unpackPaths(JSON.parse(JSON.stringify(packPaths(paths))));
  const rounded = paths.map((path) => ({
    ...path,
    latenciesMs: path.latenciesMs.map((ms) => Number(ms.toPrecision(3))),
  }));
  expect(out).toEqual(rounded);
});

test("ids are told by what the path tells already", () => {
  const escaped = samplePath({
    id: "s/t/act/arn:aws:eks:1:cluster%2Fa/n/client/b/echo/http",
    scenario: "s/t",
    from: { cluster: "arn:aws:eks:1:cluster/a", node: "n", name: "client" },
    to: { cluster: "b", name: "echo" },
  });
  expect(packPaths([pagePath(escaped)]).columns["id"]).toEqual({ values: [["/act", "http"]], at: [0] });
});

test("what failed paths saw is kept for each kind, and for all while there is room", () => {
  const { paths } = madeUpResults({ clusters: 3, nodes: 4, paths: 20_000, come: (_, index) => failedWith(index) });
  const out = unpackPaths(packPaths(paths.map(pagePath)));
  const kept = out.filter(({ saw }) => saw?.startsWith("timeout"));
  const without = out.filter(({ saw }) => saw?.includes("see results.json"));
  expect(kept.length + without.length).toBe(20_000);
  expect(kept.length).toBeGreaterThan(5000);
  expect(new Set(kept.map(({ scenario, group }) => scenario + group))).toEqual(
    new Set(out.map(({ scenario, group }) => scenario + group)),
  );
});
