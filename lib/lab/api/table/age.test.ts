import { expect, test } from "vitest";
import { age } from "./age.ts";

const start = "2026-11-21T00:00:00Z";

test.for([
  [5, "5s"],
  [119, "119s"],
  [120, "2m"],
  [192, "3m12s"],
  [600, "10m"],
  [10_799, "179m"],
  [10_800, "3h"],
  [12_000, "3h20m"],
  [8 * 3600, "8h"],
  [47 * 3600, "47h"],
  [51 * 3600, "2d3h"],
  [9 * 86_400, "9d"],
  [800 * 86_400, "2y70d"],
] as const)("%d s are %s", ([seconds, text]) => {
  expect(age(start, Date.parse(start) + seconds * 1000)).toBe(text);
});

test("no moment has no age", () => {
  expect(age(undefined)).toBe("<unknown>");
});
