import { expect, test } from "vitest";
import { farthestFrom, samplesForShares, tailProbability } from "./shares.ts";

test("the tails of the binomial distribution are those of the books", () => {
  expect(tailProbability(10, 0.5, 0)).toBeCloseTo(1 / 1024, 12);
  expect(tailProbability(10, 0.5, 10)).toBeCloseTo(1 / 1024, 12);
  expect(tailProbability(10, 0.5, 2)).toBeCloseTo(56 / 1024, 12);
  expect(tailProbability(5, 0.2, 3)).toBeCloseTo(0.05792, 10);
  expect(tailProbability(7, 1, 7)).toBe(1);
});

test("the least likely count is the one that is farthest from its share", () => {
  expect(farthestFrom([0.5, 0.25, 0.25], [50, 40, 10], 100)).toBe(2);
});

test("more samples are taken the smaller a share is, and so many that a quarter of it is refused", () => {
  const even = samplesForShares([0.5, 0.5], 1e-6);
  const uneven = samplesForShares([0.1, 0.9], 1e-6);
  expect(even).toBeGreaterThan(70);
  expect(even).toBeLessThan(150);
  expect(uneven).toBeGreaterThan(even);
  expect(tailProbability(even, 0.5, Math.round(even / 8)) * 2).toBeLessThan(1e-6);
  expect(tailProbability(uneven, 0.1, Math.round(uneven / 40)) * 2).toBeLessThan(1e-6);
});

test("a single share needs no samples beyond the fewest", () => {
  expect(samplesForShares([1], 1e-6)).toBe(32);
});
