import { expect, test } from "vitest";
import { percentile } from "./percentile.ts";

test("a percentile is the nearest rank, and told apart from the largest value", () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(values, 0.5)).toEqual({ value: 50, isLargest: false });
  expect(percentile(values, 0.95)).toEqual({ value: 95, isLargest: false });
  expect(percentile(values, 0.99)).toEqual({ value: 99, isLargest: false });
  expect(percentile(values.slice(0, 20), 0.99)).toEqual({ value: 20, isLargest: true });
  expect(percentile([], 0.5)).toBeUndefined();
});
