import { expect, test } from "vitest";
import { baselineOf, clusterOf } from "./compare/test-compared-run.ts";
import { usualFailOn } from "./compare/worse-than.ts";
import { consoleReporter } from "./console.ts";
import { plainLayout } from "./finding.ts";
import type { Gates } from "./gates.ts";
import { renderJunit } from "./junit.ts";
import { type Known, type PathResult, resultsSchema } from "./path-result.ts";
import { startReport } from "./report.ts";
import { sampleHead, samplePath } from "./sample-run.ts";

const failed = { verdict: "failed", saw: "timeout", attempts: { total: 3, asExpected: 0 } } as const;
const entries: Known[] = [
  { id: "pods/*/udp", reason: "the firewall drops it", expires: "2026-12-01", link: "https://tracker.example/7" },
  { id: "pods/b/*", reason: "was mended", expires: "2026-12-01" },
  { id: "dns/*", reason: "not here", expires: "2026-12-01" },
  { id: "pods/c/http", reason: "old", expires: "2026-11-20" },
];

test("a run whose every failure is known passes, and says so everywhere", async () => {
  const paths = [
    samplePath({ id: "pods/a/udp", group: "a -> a", ...failed }),
    samplePath({ id: "pods/a/http", group: "a -> a" }),
    samplePath({ id: "pods/b/http", group: "b -> b" }),
  ];
  const { results, printed } = await run(paths, { known: entries });
  expect(results).toMatchObject({
    verdict: "passed",
    run: { exitCode: 0 },
    summary: { passed: 2, failed: 0, broken: 0, skipped: 0, known: 1 },
  });
  expect(results.paths[0]).toMatchObject({ verdict: "failed", known: { id: "pods/*/udp" } });
  expect(results.knownIssues?.map(({ state }) => state)).toEqual(["failing", "not-failing", "not-asked", "expired"]);
  expect(printed).toMatchInlineSnapshot(`
    "
    pods/pod-to-pod   KNOWN ISSUE
      from      kind-region-athens/worker-1/client (10.0.1.4)
      to        kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http
      expected  an answer from kind-region-hurup/worker-1/echo
      saw       timeout
      known     the firewall drops it (pods/*/udp, until 2026-12-01)
      id        pods/a/udp

    KNOWN ISSUE  pods/*/udp   1 path fails by it, until 2026-12-01
      reason    the firewall drops it
      link      https://tracker.example/7

    KNOWN ISSUE  pods/b/*   does not fail any more: take it out
      reason    was mended

    KNOWN ISSUE  dns/*   could not be seen: nothing of it failed, and not all of it was looked at
      reason    not here

    KNOWN ISSUE  pods/c/http   expired on 2026-11-20: take it out
      reason    old

    reports  reports/x
    result   passed, exit code 0: all 2 other paths that were looked at keep their claims; 1 known issue: 1 path breaks its
             claim

    2 passed, 0 failed, 0 broken, 0 skipped, 1 known in 100 ms
    "
  `);
  expect(renderJunit(results)).toContain(
    '<skipped message="1 of 2 paths broke the claim as known issues: the firewall',
  );
});

test("an expired entry covers nothing, and a broken path is never known", async () => {
  const expired = await run([samplePath({ id: "pods/c/http", ...failed }), samplePath({ id: "x" })], {
    known: entries,
  });
  expect(expired.results).toMatchObject({ verdict: "findings", summary: { failed: 1 } });
  expect(expired.results.paths[0]).not.toHaveProperty("known");
  expect(expired.printed).toContain("expired on 2026-11-20: 1 path fails and counts");
  const broken = samplePath({ id: "pods/a/udp", verdict: "broken", reason: "no agent" });
  expect((await run([broken, samplePath({ id: "x" })], { known: entries })).results).toMatchObject({
    verdict: "broken",
    summary: { broken: 1 },
  });
});

test("known and other failures that look alike are told apart", async () => {
  const many = Array.from({ length: 9 }, (_, index) => samplePath({ id: `pods/${index}/udp`, ...failed }));
  const { printed } = await run([...many, samplePath({ id: "pods/a/tcp", ...failed })], { known: entries });
  expect(printed.match(/KNOWN ISSUE\n/g)).toHaveLength(3);
  expect(printed.match(/BROKEN CLAIM\n/g)).toHaveLength(1);
  expect(printed.indexOf("BROKEN CLAIM")).toBeLessThan(printed.indexOf("KNOWN ISSUE"));
});

test("what the baseline covered and is not covered any more keeps a run from passing", async () => {
  const before = [samplePath({ id: "pods/a/http" }), samplePath({ id: "pods/b/http" })];
  const { results, printed } = await run(before.slice(1), { baseline: baseline(before) });
  expect(results).toMatchObject({ verdict: "uncovered", run: { exitCode: 4 } });
  expect(printed).toMatchInlineSnapshot(`
    "
    BASELINE  run before of 2026-11-20T09:00:00.000Z, passed: 1 path compared by id
      uncovered: 1 path asked in the baseline, and not any more
        pods/a/http
          the cluster kind-region-athens is not in this run

    reports  reports/x
    result   uncovered, exit code 4: all 1 path that were looked at keep their claims, but 1 path of the baseline is not
             covered any more

    1 passed, 0 failed, 0 broken, 0 skipped in 100 ms
    "
  `);
  expect(renderJunit(results)).toContain(
    '<error message="all 1 path that were looked at keep their claims, but 1 path',
  );
  const asked = await run(before.slice(1), { baseline: { ...baseline(before), failOn: [] } });
  expect(asked.results).toMatchObject({ verdict: "passed", comparison: { changes: [{ change: "uncovered" }] } });
});

test("a higher latency keeps a run from passing only when it is told to", async () => {
  const paths = (latencyP50Ms: number) =>
    Array.from({ length: 84 }, (_, index) => {
      const group = `g${index % 7}`;
      const timings = { totalMs: 1, latencyP50Ms: group === "g0" ? latencyP50Ms : 3 };
      return samplePath({ id: `pods/${index}`, group, timings });
    });
  const told = await run(paths(9), { baseline: { ...baseline(paths(3)), failOn: ["slower"] } });
  expect(told.results).toMatchObject({ verdict: "regressed", run: { exitCode: 5 } });
  expect(told.printed).toContain("slower: 1 group of paths");
  expect((await run(paths(9), { baseline: baseline(paths(3)) })).results).toMatchObject({ verdict: "passed" });
});

test("a baseline makes no verdict greener", async () => {
  const worse = [samplePath({ id: "pods/a", ...failed }), samplePath({ id: "pods/b" })];
  expect((await run(worse, { baseline: baseline(worse) })).results).toMatchObject({ verdict: "findings" });
  const none = await run([], { baseline: baseline([]) });
  expect(none.results).toMatchObject({ verdict: "broken" });
});

test("a run that did not come to its end is not compared", async () => {
  const report = start([], { baseline: baseline([samplePath({ id: "a" })]) });
  const results = await report.finish("interrupted");
  expect(results).toMatchObject({ verdict: "interrupted" });
  expect(results).not.toHaveProperty("comparison");
});

function baseline(paths: PathResult[]): NonNullable<Gates["baseline"]> {
  return { results: baselineOf(paths, { clusters: [clusterOf("a", ["worker-1"])] }), failOn: usualFailOn };
}

async function run(paths: PathResult[], gates: Gates) {
  let printed = "";
  const write = (text: string) => void (printed += text);
  const report = start([consoleReporter({ ...plainLayout, write, reports: ["reports/x"] })], gates);
  paths.forEach(report.pathFinished);
  const results = resultsSchema.parse(await report.finish("completed"));
  return { results, printed };
}

function start(reporters: Parameters<typeof startReport>[0]["reporters"], gates: Gates) {
  let nowMs = Date.UTC(2026, 10, 21, 9);
  const report = startReport({
    head: sampleHead,
    reporters,
    redact: (text) => text,
    now: () => (nowMs += 100),
    ...gates,
  });
  report.clustersKnown([clusterOf("a", ["worker-1"])]);
  return report;
}
