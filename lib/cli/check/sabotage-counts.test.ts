import { expect, test } from "vitest";
import { sabotageCounts } from "./sabotage-counts.ts";

const report = JSON.stringify({ run: { startedAt: new Date(1000).toISOString() }, summary: { faults: 5, passed: 3 } });

test("faults count as tests", () => {
  expect(sabotageCounts(report, { ok: false, output: "o", sinceMs: 1000 })).toEqual({
    passed: 3,
    failed: 2,
    skipped: 0,
    output: "o",
  });
});

test("a command that fails for something else than a fault is a failure", () => {
  const good = report.replace('"passed":3', '"passed":5');
  expect(sabotageCounts(good, { ok: true, output: "", sinceMs: 0 })).toMatchObject({ passed: 5, failed: 0 });
  expect(sabotageCounts(good, { ok: false, output: "", sinceMs: 0 })).toMatchObject({ passed: 5, failed: 1 });
});

test("a report of an earlier time, or none, is a failure", () => {
  expect(sabotageCounts(report, { ok: true, output: "", sinceMs: 1001 })).toMatchObject({ passed: 0, failed: 1 });
  expect(sabotageCounts(undefined, { ok: true, output: "", sinceMs: 0 })).toMatchObject({ passed: 0, failed: 1 });
});
