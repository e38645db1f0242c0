import { expect, test } from "vitest";
import { painter } from "../base/colour.ts";
import { groupLines } from "./group-lines.ts";

const counts = { passed: 24, failed: 0, broken: 0, skipped: 0 };
const summary = { suite: "pods", scenario: "pod-to-pod", group: "a -> b", counts, durationMs: 1200 };

test("a group that was expected makes room before its line is printed", () => {
  const lines = groupLines({ width: 80, paint: painter(false) });
  lines.expect({ scenario: "pod-to-service", group: "alpha -> beta" });
  expect(lines.render(summary)).toEqual(["pod-to-pod       a -> b          24 passed                  1.2 s"]);
});

test("a scenario stands once above its groups where lines are too long, and again after another one", () => {
  const lines = groupLines({ width: 50, paint: painter(false) });
  const printed = ["pod-to-pod", "pod-to-pod", "dns", "pod-to-pod"].flatMap((scenario) =>
    lines.render({ ...summary, scenario }),
  );
  const line = "  a -> b   24 passed                  1.2 s";
  expect(printed).toEqual(["pod-to-pod", line, line, "dns", line, "pod-to-pod", line]);
});

test("a group without any path does not look passed", () => {
  const lines = groupLines({ width: 80, paint: painter(false) });
  const empty = { ...summary, counts: { ...counts, passed: 0 } };
  expect(lines.render(empty)).toEqual(["pod-to-pod   a -> b   nothing looked at          1.2 s"]);
});

test("what was asked during a change stands below the group", () => {
  const lines = groupLines({ width: 80, paint: painter(false) });
  const traffic = { requests: 412, failed: 0, longestGapMs: 61.4 };
  const below = (of: typeof traffic) => lines.render({ ...summary, traffic: of }).at(-1);
  expect(below(traffic)).toBe("    meanwhile 412 requests, none failed, longest gap 61 ms");
  expect(below({ ...traffic, failed: 3 })).toBe("    meanwhile 412 requests, 3 failed, longest gap 61 ms");
});

test("a group that was skipped has no line of its own", () => {
  const lines = groupLines({ width: 100, paint: painter(false) });
  const skipped = { passed: 0, failed: 0, broken: 0, skipped: 1 };
  expect(lines.render({ ...summary, counts: skipped })).toEqual([]);
});
