import { expect, test } from "vitest";
import { type Coverage, uncoveredBy } from "./coverage.ts";
import { consoleReporter } from "./console.ts";
import { plainLayout } from "./finding.ts";
import { renderJunit } from "./junit.ts";
import type { PathResult } from "./path-result.ts";
import { samplePath, startSample } from "./sample-run.ts";

const clusters = [{ context: "a" }, { context: "b" }];
const nothingDenied = { leftOut: [], isDenied: () => false };

test("looked at everywhere, with findings and broken paths among it", () => {
  const paths = [
    path("x", "a", "b"),
    path("x", "b", "a", "failed"),
    path("x", "b", "b", "broken"),
    path("y", "a", "a"),
  ];
  expect(uncoveredBy(paths, clusters, { required: ["x"], ...nothingDenied })).toEqual([]);
});

test("skipped in one cluster, untouched in one, not planned, and left out", () => {
  const paths = [path("x", "a", "a"), path("x", "b", "b", "skipped"), path("y", "a", "a"), path("other", "a", "b")];
  expect(uncoveredBy(paths, clusters, { required: ["x", "y", "z", "w"], ...nothingDenied, leftOut: ["w"] })).toEqual([
    { scenario: "x", where: "b", reason: "b lacks it" },
    { scenario: "y", where: "b", reason: "no path of it begins or ends in this cluster" },
    { scenario: "z", reason: "no path of it was planned" },
    { scenario: "w", reason: "the suites that were chosen leave it out of this run" },
  ]);
});

test("between clusters that are meant not to talk nothing is missed, unless nothing at all was looked at", () => {
  const coverage: Coverage = { required: ["x"], leftOut: [], isDenied: (from, to) => from === "a" && to === "b" };
  const denied = path("x", "a", "b", "skipped");
  expect(uncoveredBy([denied, path("x", "b", "a")], clusters, coverage)).toEqual([]);
  expect(uncoveredBy([denied], clusters, coverage)).toEqual([{ scenario: "x", where: "a -> b", reason: "b lacks it" }]);
});

test("a run that passes but for what is required is not green in any report, and says why", async () => {
  const lines: string[] = [];
  const reporter = consoleReporter({ ...plainLayout, write: (text) => lines.push(text), reports: ["reports/x"] });
  const report = startSample([reporter], undefined, { required: ["load-balancer/x"], ...nothingDenied });
  report.pathFinished(samplePath({ id: "pods/a" }));
  const results = await report.finish("completed");
  expect(results).toMatchObject({ verdict: "uncovered", run: { exitCode: 4 } });
  expect(lines.join("")).toMatchInlineSnapshot(`
    "
    not tested   kind-region-hurup/worker-3: cordoned\\x07

    load-balancer/x  everywhere   REQUIRED and not looked at
      reason    no path of it was planned

    reports  reports/x
    result   uncovered, exit code 4: all 1 path that were looked at keep their claims, but 1 required scenario was not
             looked at everywhere

    1 passed, 0 failed, 0 broken, 0 skipped in 100 ms
    "
  `);
  expect(renderJunit(results)).toContain(
    '<error message="all 1 path that were looked at keep their claims, but 1 required scenario was not looked at everywhere" type="error">',
  );
});

function path(scenario: string, from: string, to: string, verdict: PathResult["verdict"] = "passed"): PathResult {
  const end = (cluster: string) => ({ cluster, name: "any" });
  return samplePath({
    id: `${scenario}/${from}/${to}`,
    scenario,
    verdict,
    from: end(from),
    to: end(to),
    ...(verdict === "skipped" ? { reason: `${to} lacks it` } : {}),
  });
}
