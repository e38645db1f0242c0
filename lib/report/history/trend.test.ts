import { expect, test } from "vitest";
import { painter } from "../../base/colour.ts";
import { nightOf, nights } from "./test-history.ts";
import { trendOf } from "./trend.ts";
import { trendHtml } from "./trend-html.ts";
import { trendLines } from "./trend-lines.ts";

const trend = trendOf({ entries: nights, remarks: [] }, { last: 20 });
const plain = { width: 100, paint: painter(false), blocks: false };

test("a trend as text, in ASCII and with blocks", () => {
  expect(trendLines(trend, plain).join("\n")).toMatchInlineSnapshot(`
    "7 runs from 2026-11-01 to 2026-11-10, and 1 that did not come to their end and count in no share

    scenario      clean runs  passed  flaky  p50 ms  p95 ms  runs       p50 over time
    dns/names            3/4   100 %    0 %     2.0     2.0  s..?i b.?  ?5??? ?8?
    gone/away    never asked       -      -       -       -  ????i ??s  ????? ???
    pods/across          3/7  97.5 %  0.7 %     2.0     4.0  ..Ffi bk.  3384? 333

    . all that was looked at passed   F failed   f failed after it had answered   k failed by known
    issues only   b could not look everywhere   s skipped   ? not in the run   i the run did not come to
    its end
    a blank is a day or more without a run"
  `);
  expect(trendLines(trend, { ...plain, blocks: true }).find((line) => line.startsWith("pods/"))).toMatchInlineSnapshot(
    `"pods/across          3/7  97.5 %  0.7 %     2.0     4.0  ..Ffi bk.  ▃▃█▄? ▃▃▃"`,
  );
});

test("what was not looked at is in no rate, and looks like nothing that passed", () => {
  const unseen = trendOf(
    {
      entries: [
        nightOf(1, { "a/a": { passed: 4 } }),
        nightOf(2, {}),
        nightOf(3, { "a/a": { skipped: 1 } }),
        nightOf(4, { "a/a": { broken: 4 } }),
        nightOf(5, { "a/a": { passed: 4 } }, { verdict: "interrupted" }),
      ],
      remarks: [],
    },
    { last: 20 },
  );
  expect(unseen.scenarios).toMatchObject([{ asked: 2, clean: 1, passRate: 1, flakeRate: 0 }]);
  expect(unseen.scenarios[0]?.points.map(({ fate }) => fate)).toEqual([
    "passed",
    "unknown",
    "skipped",
    "broken",
    "interrupted",
  ]);
  const never = trendOf({ entries: [nightOf(1, { "a/a": { skipped: 3 } })], remarks: [] }, { last: 20 });
  expect(never.scenarios[0]).not.toHaveProperty("passRate");
  expect(trendLines(never, plain).join("\n")).toContain("never asked");
});

test("a share is rounded towards what is not perfect", () => {
  const almost = trendOf(
    { entries: [nightOf(1, { "a/a": { passed: 9999, failed: 1, flaps: 1 } })], remarks: [] },
    { last: 1 },
  );
  expect(trendLines(almost, plain)[3]).toContain("99.9 %  0.1 %");
});

test("only the last runs, those of other clusters told apart, and none at all", () => {
  expect(trendOf({ entries: nights, remarks: [] }, { last: 2 }).runs.map(({ run }) => run)).toEqual([
    "night-9",
    "night-10",
  ]);
  const mixed = [...nights, nightOf(11, {}, { contexts: ["c"] })];
  expect(trendOf({ entries: mixed, remarks: ["Line 3 is torn."] }, { last: 20 }).remarks).toEqual([
    "Line 3 is torn.",
    "These runs are of 2 different sets of clusters.",
  ]);
  expect(trendLines(trendOf({ entries: [], remarks: [] }, { last: 20 }), plain)).toEqual([
    "No run is in this history.",
  ]);
});

test("colour repeats what signs say", () => {
  const coloured = trendLines(trend, { ...plain, paint: painter(true) }).join("\n");
  // Colours are control sequences: that is what is looked for.
  // oxlint-disable-next-line no-control-regex
  expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(trendLines(trend, plain).join("\n"));
  expect(coloured).toContain("\u001b[31mF");
});

test("a page has a sign and a word for every run, gaps where none was, and no text that is not escaped", () => {
  const page = trendHtml(
    trendOf({ entries: [...nights, nightOf(11, { "x/<b>": { passed: 1 } })], remarks: [] }, { last: 20 }),
  );
  expect(/aria-label="(pods\/across: \d[^"]*)"/.exec(page)?.[1]).toBe(
    "pods/across: 3 passed, 1 failed, 1 flaky, 1 interrupted, 1 broken, 1 known, 1 unknown",
  );
  expect(page).toContain("x/&lt;b&gt;");
  expect(page).not.toMatch(/style="|x\/<b>|(?:src|href)="(?!data:|#)/);
  // Three stretches were timed: before the interrupted run, after it, and none since the last one has none.
  const [chart = ""] = /aria-label="pods\/across: latency.*?<\/svg>/.exec(page) ?? [];
  expect(chart.match(/<polyline class="p50"/g)).toHaveLength(2);
});
