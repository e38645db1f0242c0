import { expect, test } from "vitest";
import type { PathResult } from "../path-result.ts";
import { lowerBoundOfMedian } from "./lower-bound.ts";
import { type PathPair, slowerGroups } from "./slower.ts";
import { pathOf } from "./test-compared-run.ts";

test("a bound is the order statistic that the sign test gives", () => {
  const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  expect(lowerBoundOfMedian(oneTo(9), 0.001)).toBeUndefined();
  expect(lowerBoundOfMedian(oneTo(10), 0.001)).toEqual({ median: 5.5, lowest: 1 });
  // Tables of the sign test: of 20 pairs, 4 and of 50 pairs 15 against are significant at 0.005 one-sided, here with 0.00591 and 0.00330.
  expect(lowerBoundOfMedian(oneTo(20), 0.006)).toEqual({ median: 10.5, lowest: 5 });
  expect(lowerBoundOfMedian(oneTo(50), 0.0034)).toEqual({ median: 25.5, lowest: 16 });
  expect(lowerBoundOfMedian(oneTo(5000), 0.001)).toEqual({ median: 2500.5, lowest: 2391 });
});

test("a group is slower when ratio and difference are, beyond doubt", () => {
  expect(slowerGroups([...group("slow", 12, 3, 9), ...group("same", 12, 3, 3)])).toMatchInlineSnapshot(`
    {
      "groups": 2,
      "slower": [
        {
          "afterMs": 9,
          "alpha": 0.001,
          "beforeMs": 3,
          "group": "slow",
          "lowest": 3,
          "pairs": 12,
          "ratio": 3,
          "scenario": "pods/across-nodes",
        },
      ],
    }
  `);
});

test.each([
  ["too few paths", group("x", 9, 3, 9)],
  ["a small ratio", group("x", 30, 100, 119)],
  ["a small difference", group("x", 30, 0.2, 0.9)],
  ["no time at all", group("x", 30, 0, 0.9)],
  ["faster", group("x", 30, 9, 3)],
  ["only a few of many", [...group("x", 9, 3, 30), ...group("x", 21, 3, 3)]],
  ["failed now", group("x", 30, 3, 9, { verdict: "failed" })],
  ["promised silence", group("x", 30, 3, 9, { way: { rung: "pod", denial: true, backends: [], eachBackend: false } })],
])("not slower: %s", (_, pairs) => {
  expect(slowerGroups(pairs).slower).toEqual([]);
});

test("a slow machine is told once, and only what is slower still counts", () => {
  const all = ["a", "b", "c", "d", "e", "f"].flatMap((name) => group(name, 12, 3, 9));
  expect(slowerGroups(all)).toMatchObject({ slower: [], everywhere: 3, groups: 6 });
  const more = slowerGroups([...all, ...group("g", 12, 3, 40)]);
  expect(more).toMatchObject({ slower: [{ group: "g", ratio: 13.33 }], everywhere: 3, groups: 7 });
  // Of two groups nobody can tell which of them is the odd one.
  expect(slowerGroups([...group("a", 12, 3, 9), ...group("b", 12, 3, 9)]).slower).toHaveLength(2);
});

test("equal runs with noisy latencies are not told to be slower", () => {
  const random = generator(20_261_121);
  const runs = 2000;
  let [told, found] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const noisy = (factor: number) =>
      Array.from({ length: 24 }, (_, index) => {
        const base = 2 + index / 4;
        // Skewed, with one answer of twenty ten times as late.
        const latency = () => base * Math.exp(0.5 * normal(random)) * (random() < 0.05 ? 10 : 1);
        return pair("x", `v${index}`, latency(), factor * latency());
      });
    if (slowerGroups(noisy(1)).slower.length > 0) told += 1;
    if (slowerGroups(noisy(3)).slower.length > 0) found += 1;
  }
  // With an error probability of 0.001 of being above 1, and of much less of being above 1.2.
  expect(told).toBeLessThanOrEqual(2);
  expect(found / runs).toBeGreaterThan(0.7);
});

test("at the edge of what counts, the error probability is what is stated", () => {
  const random = generator(7);
  const runs = 20_000;
  let told = 0;
  for (let run = 0; run < runs; run++) {
    const ratios = Array.from({ length: 24 }, () => Math.exp(0.5 * normal(random)));
    if ((lowerBoundOfMedian(ratios, 0.001)?.lowest ?? 0) > 1) told += 1;
  }
  // Exactly 0.00077 for 24 pairs: the next larger bound would have 0.0033.
  expect(told / runs).toBeLessThan(0.0015);
  expect(told).toBeGreaterThan(0);
});

function group(name: string, count: number, beforeMs: number, afterMs: number, fields: Partial<PathResult> = {}) {
  return Array.from({ length: count }, (_, index) => pair(name, `${name}${count}-${index}`, beforeMs, afterMs, fields));
}

function pair(
  name: string,
  variant: string,
  beforeMs: number,
  afterMs: number,
  fields: Partial<PathResult> = {},
): PathPair {
  const timed = (latencyP50Ms: number) => pathOf(variant, { group: name, timings: { totalMs: 1, latencyP50Ms } });
  return { before: timed(beforeMs), after: { ...timed(afterMs), ...fields } };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
