import { expect, test } from "vitest";
import { matchesGlob, mayBeginWith } from "./glob.ts";

test.each([
  ["a/b", "a/b", true],
  ["a/b", "a/bc", false],
  ["a/b", "xa/b", false],
  ["a/*", "a/", true],
  ["a/*/c", "a/b/b/c", true],
  ["a/*/c", "a/c", false],
  ["*-c*", "a/b-c", true],
  ["a*b*c", "aXbYbZc", true],
  ["a*b*c", "aXcYb", false],
  ["a**", "a", true],
  ["*", "", true],
  ["", "", true],
  ["", "a", false],
  ["a.c", "abc", false],
  ["a+(b", "a+(b", true],
])("%s describes %s: %s", (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches);
});

test("a pattern with many stars does not take for ever", () => {
  expect(matchesGlob(`${"*a".repeat(200)}b`, "a".repeat(5000))).toBe(false);
});

test.each([
  ["pods/a/*", "pods/a/", true],
  ["pods/*", "pods/a/", true],
  ["*", "pods/a/", true],
  ["pods/a*", "pods/a/", true],
  ["pods/ab*", "pods/a/", false],
  ["pods/a/x", "pods/a/", true],
  ["pods/a", "pods/a/", false],
])("%s may describe what begins with %s: %s", (pattern, beginning, may) => {
  expect(mayBeginWith(pattern, beginning)).toBe(may);
});
