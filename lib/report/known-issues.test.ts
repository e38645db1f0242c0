import { expect, test } from "vitest";
import { knownIssues } from "./known-issues.ts";
import type { Known, PathResult } from "./path-result.ts";
import { samplePath } from "./sample-run.ts";

const nowMs = Date.UTC(2026, 10, 21, 9);
const paths: PathResult[] = [
  samplePath({ id: "pods/a/x/udp-small", verdict: "failed" }),
  samplePath({ id: "pods/a/x/udp-large", verdict: "failed" }),
  samplePath({ id: "pods/a/x/http" }),
  samplePath({ id: "pods/b/x", verdict: "broken", reason: "no agent" }),
  samplePath({ id: "pods/c/y", verdict: "skipped", reason: "no DNS" }),
];

test.each([
  [{ id: "pods/a/*/udp-*" }, "failing", 2],
  [{ id: "pods/a/x/udp-small" }, "failing", 1],
  [{ id: "pods/a/x/http" }, "not-failing", 0],
  [{ id: "pods/b/*" }, "not-asked", 0],
  [{ id: "pods/c/*" }, "not-asked", 0],
  [{ id: "nowhere/*" }, "not-asked", 0],
  [{ id: "pods/a/*", expires: "2026-11-20" }, "expired", 2],
  [{ id: "pods/a/*", expires: "2026-11-21" }, "failing", 2],
])("%o is %s with %i paths", (fields, state, count) => {
  const entry = entryOf(fields);
  expect(knownIssues([entry], nowMs).statesOf(paths)).toEqual([{ ...entry, state, paths: count }]);
});

test("only failed paths are covered, by the first live entry", () => {
  const entries = [
    entryOf({ id: "pods/*", reason: "old", expires: "2025-01-01" }),
    entryOf({ id: "pods/a/*", reason: "first" }),
    entryOf({ id: "pods/*", reason: "second" }),
  ];
  const { coverOf } = knownIssues(entries, nowMs);
  expect(paths.map((path) => coverOf(path)?.reason)).toEqual(["first", "first", undefined, undefined, undefined]);
});

test("what passes in part and could not be looked at in part may fail still", () => {
  const some = [samplePath({ id: "p/a" }), samplePath({ id: "p/b", verdict: "broken", reason: "no agent" })];
  expect(knownIssues([entryOf({ id: "p/*" })], nowMs).statesOf(some)).toMatchObject([{ state: "not-asked" }]);
});

function entryOf(fields: Partial<Known>): Known {
  return { id: "p", reason: "a bug", expires: "2026-12-01", ...fields };
}
