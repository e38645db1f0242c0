import { expect, test } from "vitest";
import { samplePath } from "../sample-run.ts";
import { cellText } from "./cell-lines.ts";
import { pagePath } from "./page-path.ts";
import { tally } from "./tally.ts";
import { metrics } from "./view.ts";

const known = { id: "x", reason: "old", expires: "2027-01-31" };
const passed = samplePath({
  id: "a",
  attempts: { total: 10, asExpected: 9 },
  timings: { totalMs: 1, latenciesMs: [4, 2, 1, 3, 100] },
});
const denial = samplePath({
  id: "b",
  timings: { totalMs: 1, latenciesMs: [5000] },
  attempts: { total: 4, asExpected: 4 },
  way: { rung: "pod", denial: true, backends: [], eachBackend: false },
});
const failed = samplePath({
  id: "c",
  verdict: "failed",
  attempts: { total: 10, asExpected: 0 },
  timings: { totalMs: 1 },
});
const nothing = { attempts: { total: 0, asExpected: 0 }, timings: { totalMs: 1 } };
const broken = samplePath({ id: "d", verdict: "broken", ...nothing });
const skipped = samplePath({ id: "e", verdict: "skipped", ...nothing });

const said = (...paths: (typeof passed)[]) =>
  metrics.map((metric) => {
    const { lines, class: name } = cellText(tally(paths.map(pagePath)), metric);
    return `${metric}: ${lines.join(" | ")} (${name})`;
  });

test("a cell tells by every metric what did not pass", () => {
  expect(said(passed, denial, failed, { ...failed, known }, broken, skipped)).toMatchInlineSnapshot(`
    [
      "verdict: ✗ 1 | ! 1 | k 1 | – 1 | ✓ 2 (failed)",
      "p50: ✗ 1 | ! 1 | k 1 | – 1 | 3 ms (failed)",
      "p95: ✗ 1 | ! 1 | k 1 | – 1 | max 100 ms (failed)",
      "p99: ✗ 1 | ! 1 | k 1 | – 1 | max 100 ms (failed)",
      "loss: ✗ 1 | ! 1 | k 1 | – 1 | 70 % of 30 (failed)",
    ]
  `);
});

test("a cell in which all passed has latencies without those of denials", () => {
  expect(said(passed, denial)).toMatchInlineSnapshot(`
    [
      "verdict: ✓ 2 (passed)",
      "p50: 3 ms (passed)",
      "p95: max 100 ms (passed)",
      "p99: max 100 ms (passed)",
      "loss: 10 % of 10 (passed)",
    ]
  `);
});

test("what is not measured is never called good", () => {
  expect(said(denial)).toMatchInlineSnapshot(`
    [
      "verdict: ✓ 1 (passed)",
      "p50: not measured (none)",
      "p95: not measured (none)",
      "p99: not measured (none)",
      "loss: not measured (none)",
    ]
  `);
  expect(said(broken)).toMatchInlineSnapshot(`
    [
      "verdict: ! 1 (broken)",
      "p50: ! 1 | not measured (broken)",
      "p95: ! 1 | not measured (broken)",
      "p99: ! 1 | not measured (broken)",
      "loss: ! 1 | not measured (broken)",
    ]
  `);
  expect(said(passed, skipped)[0]).toBe("verdict: – 1 | ✓ 1 (passed partly)");
  expect(said()).toEqual(metrics.map((metric) => `${metric}: · (none)`));
});

test("something lost is never none, and something kept never all lost", () => {
  const lossy = (asExpected: number) =>
    cellText(tally([pagePath({ ...passed, attempts: { total: 100_000, asExpected } })]), "loss").lines[0];
  expect([lossy(100_000), lossy(99_999), lossy(50_000), lossy(1), lossy(0)]).toEqual([
    "0 % of 100000",
    "0.1 % of 100000",
    "50 % of 100000",
    "99.9 % of 100000",
    "100 % of 100000",
  ]);
});
