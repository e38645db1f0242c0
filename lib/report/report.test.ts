import { expect, test } from "vitest";
import { type PathResult, type Results, resultsSchema, verdicts } from "./path-result.ts";
import type { GroupSummary, Reporter } from "./reporter.ts";
import { startReport } from "./report.ts";
import { runSample, sampleHead, samplePath, samplePaths, sampleTrouble, startSample } from "./sample-run.ts";

test("results follow the schema, from the first path to the last", async () => {
  const snapshots: Results[] = [];
  let current: (() => Results) | undefined;
  const look = () => void snapshots.push(structuredClone(current?.()) as Results);
  const reporter = { name: "spy", runStarted: (give: () => Results) => void (current = give), pathFinished: look };
  const results = await runSample([reporter]);
  for (const snapshot of snapshots) {
    expect(resultsSchema.parse(snapshot)).toMatchObject({ verdict: "interrupted" });
    expect(snapshot.run).not.toHaveProperty("finishedAt");
  }
  expect(snapshots.map(({ paths }) => paths.length)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(resultsSchema.parse(results)).toMatchObject({
    verdict: "findings",
    run: { exitCode: 1 },
    summary: { passed: 1, failed: 3, broken: 2, skipped: 1 },
  });
});

test("no path is lost, whatever its verdict, its group, its order and its id", async () => {
  for (let round = 0; round < 50; round++) {
    const told: string[] = [];
    const summed: GroupSummary[] = [];
    const report = startSample([
      {
        name: "spy",
        pathFinished: ({ title }) => void told.push(title),
        groupFinished: (group) => void summed.push(group),
      },
    ]);
    const paths = Array.from({ length: 40 }, (_, index) => anyPath(round, index));
    const planned = paths.filter((_, index) => (index + round) % 3 !== 0);
    report.pathsPlanned(planned);
    const finished = paths.filter((_, index) => (index * 7 + round) % 5 !== 0);
    for (const path of finished) report.pathFinished(path);
    for (const group of new Set(paths.map((path) => path.group)))
      report.groupFinished({ scenario: "pods/pod-to-pod", group, durationMs: 1 });
    const results = await report.finish(round % 2 === 0 ? "completed" : "interrupted");

    const missing = planned.filter(({ id }) => !finished.some((path) => path.id === id));
    const expected = [...finished, ...missing].map(({ title }) => title).toSorted();
    expect(results.paths.map(({ title }) => title).toSorted()).toEqual(expected);
    expect(told.toSorted()).toEqual(expected);
    expect(sum(results.summary)).toBe(expected.length + results.troubles.length);
    expect(summed.reduce((total, { counts }) => total + sum(counts), 0)).toBe(finished.length);
    for (const verdict of verdicts) {
      const ofPaths = results.paths.filter((path) => path.verdict === verdict).length;
      expect(results.summary[verdict]).toBe(ofPaths + (verdict === "broken" ? results.troubles.length : 0));
    }
  }
});

test("a planned path that was never asked is broken and says why", async () => {
  const report = startSample([]);
  report.pathsPlanned(samplePaths);
  report.pathFinished(samplePaths[0]!);
  const results = await report.finish("completed", "the time limit of 10 min was reached");
  expect(resultsSchema.parse(results)).toMatchObject({ verdict: "broken", summary: { passed: 1, broken: 5 } });
  expect(results.paths[3]).not.toHaveProperty("control");
  expect(results.paths[3]).toMatchObject({
    outcome: "not-run",
    attempts: { total: 0 },
    reason: "the time limit of 10 min was reached",
  });
});

test("two results with one id are both kept, and a trouble", async () => {
  const report = startSample([]);
  report.pathFinished(samplePath({ id: "same" }));
  report.pathFinished(samplePath({ id: "same" }));
  const results = await report.finish("completed");
  expect(results).toMatchObject({ verdict: "broken", summary: { passed: 2 }, troubles: [{ object: "same" }] });
});

test("secrets leave every text before any reporter sees it", async () => {
  const seen: unknown[] = [];
  const see = (value: unknown) => void seen.push(structuredClone(value));
  const report = startSample(
    [{ name: "spy", pathsPlanned: see, pathFinished: see, groupFinished: see, troubleFound: see, runFinished: see }],
    (text) => text.replaceAll("hush", "[redacted]"),
  );
  const path = samplePath({ id: "hush/id", saw: "a hush", to: { cluster: "hush", name: "hush", address: "hush" } });
  report.pathsPlanned([path]);
  report.pathFinished(path);
  report.groupFinished({ scenario: path.scenario, group: "hush", durationMs: 1 });
  report.troubleFound({ ...sampleTrouble, message: "hush", cure: "hush" });
  report.pathsPlanned([samplePath({ id: "never" })]);
  await report.finish("completed", "hush");
  expect(JSON.stringify(seen)).not.toContain("hush");
  expect(seen.length).toBe(7);
});

test("a reporter that fails costs its own output only, and the run is not passed", async () => {
  const heard: string[] = [];
  let complaints = 0;
  const failing: Reporter = {
    name: "results.json",
    pathFinished() {
      complaints++;
      throw new Error("ENOSPC: no space left on device");
    },
    runFinished: () => Promise.reject(new Error("ENOSPC: no space left on device")),
  };
  const healthy: Reporter = {
    name: "healthy",
    pathFinished: ({ id }) => void heard.push(id),
    troubleFound: ({ message }) => void heard.push(message),
    runFinished: ({ verdict }) => void heard.push(verdict),
  };
  const report = startSample([failing, healthy]);
  report.pathFinished(samplePath({ id: "a" }));
  report.pathFinished(samplePath({ id: "b" }));
  const results = await report.finish("completed");
  const message = "results.json cannot be written: ENOSPC: no space left on device.";
  expect(heard).toEqual([message, "a", "b", "broken"]);
  expect(complaints).toBe(2);
  expect(results).toMatchObject({ verdict: "broken", troubles: [{ message }], run: { exitCode: 3 } });
});

test("a second finish changes nothing and later results are ignored", async () => {
  const report = startSample([]);
  report.pathFinished(samplePath({ id: "a" }));
  const first = report.finish("interrupted");
  report.pathFinished(samplePath({ id: "b" }));
  expect(await report.finish("completed")).toBe(await first);
  expect(await first).toMatchObject({ verdict: "interrupted", paths: [{ id: "a" }], run: { exitCode: 130 } });
});

function anyPath(round: number, index: number): PathResult {
  const verdict = verdicts[(round + index * 3) % 4]!;
  const reason = verdict === "broken" || verdict === "skipped" ? { reason: "because" } : {};
  // Every tenth id comes twice, and titles are unique, so that a lost double is seen.
  const id = `p/${index % 10 === 9 ? index - 1 : index}`;
  return samplePath({ id, title: `t${index}`, group: `g${index % 4}`, verdict, ...reason });
}

function sum(counts: Results["summary"]): number {
  return counts.passed + counts.failed + counts.broken + counts.skipped;
}

test("steps and groups are told with when they began, and how long they took", async () => {
  let nowMs = 1_000;
  const report = startReport({ head: sampleHead, reporters: [], redact: (text) => text, now: () => nowMs });
  const asked = report.step("ask");
  nowMs += 50;
  report.groupFinished({ scenario: "pods/pod-to-pod", group: "a -> b", durationMs: 20 });
  report.step("remove");
  nowMs += 10;
  asked();
  asked();
  nowMs += 5;
  expect(await report.finish("completed")).toMatchObject({
    spans: [
      { name: "ask", startMs: 0, durationMs: 60 },
      { name: "remove", startMs: 50, durationMs: 15 },
    ],
    groups: [{ scenario: "pods/pod-to-pod", group: "a -> b", startMs: 30, durationMs: 20 }],
  });
});
