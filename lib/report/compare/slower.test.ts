import { expect, test } from "vitest";
import type { PathResult } from "../path-result.ts";
import { lowerBoundOfMedian } from "./lower-bound.ts";
import { type PathPair, slowerGroups } from "./slower.ts";
import { pathOf } from "./test-compared-run.ts";

/** Groups that are as fast as they were, but for a little. */
const steady = [1, 1.02, 0.97, 1.05, 0.99, 1.01, 0.96].flatMap((factor, index) =>
  group(`s${index}`, 12, 5, 5 * factor),
);

test("a bound is the order statistic that the sign test gives", () => {
  const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  expect(lowerBoundOfMedian(oneTo(9), 0.001)).toBeUndefined();
  expect(lowerBoundOfMedian(oneTo(10), 0.001)).toEqual({ median: 5.5, lowest: 1 });
  // Tables of the sign test: of 20 pairs, 4 and of 50 pairs 15 against are significant at 0.005 one-sided, here with 0.00591 and 0.00330.
  expect(lowerBoundOfMedian(oneTo(20), 0.006)).toEqual({ median: 10.5, lowest: 5 });
  expect(lowerBoundOfMedian(oneTo(50), 0.0034)).toEqual({ median: 25.5, lowest: 16 });
  expect(lowerBoundOfMedian(oneTo(5000), 0.001)).toEqual({ median: 2500.5, lowest: 2391 });
});

test("a group is slower when ratio and difference are, beyond doubt, and the other groups are not", () => {
  expect(slowerGroups([...group("slow", 12, 3, 9), ...steady])).toMatchInlineSnapshot(`
    {
      "groups": 8,
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
          "varies": 1.16,
        },
      ],
      "varies": 1.16,
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
  expect(slowerGroups([...pairs, ...steady]).slower).toEqual([]);
});

test("too few groups tell nothing", () => {
  expect(slowerGroups([...group("a", 12, 3, 9), ...steady.slice(0, 48)])).toEqual({ slower: [], groups: 5 });
  expect(slowerGroups([])).toEqual({ slower: [], groups: 0 });
});

test("a slow machine is told once, and only what is slower still counts", () => {
  const all = ["a", "b", "c", "d", "e", "f"].flatMap((name) => group(name, 12, 3, 9));
  expect(slowerGroups(all)).toMatchObject({ slower: [], everywhere: 3, groups: 6 });
  const more = slowerGroups([...all, ...group("g", 12, 3, 40)]);
  expect(more).toMatchObject({ slower: [{ group: "g", ratio: 13.33 }], everywhere: 3, groups: 7 });
});

test("many slow groups, such as all between two clusters, do not hide each other", () => {
  const slow = ["a", "b", "c", "d"].flatMap((name) => group(name, 12, 3, 9));
  expect(slowerGroups([...slow, ...steady]).slower.map((each) => each.group)).toEqual(["a", "b", "c", "d"]);
});

test("a group among others that vary as much is not slower", () => {
  const restless = [0.4, 2.5, 0.7, 1.6, 1, 2, 0.5, 1.3].flatMap((factor, index) =>
    group(`r${index}`, 12, 10, 10 * factor),
  );
  const found = slowerGroups([...group("x", 12, 3, 9), ...restless]);
  expect(found.slower).toEqual([]);
  expect(found.varies).toBeGreaterThan(3);
});

test.each([
  { deviation: 0.05, told: 0.002, found: 0.9 },
  { deviation: 0.5, told: 0.05, found: 0 },
])(
  "over 12 groups that a moment slows down by a deviation of $deviation",
  ({ deviation, told: mostTold, found: leastFound }) => {
    const random = generator(20_261_121);
    const runs = 500;
    let [told, found] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const equal = Array.from({ length: 12 }, (_, index) => noisyGroup(random, { name: `g${index}`, deviation }));
      const slow = noisyGroup(random, { name: "slow", deviation, factor: 3 });
      if (slowerGroups(equal.flat()).slower.length > 0) told += 1;
      if (slowerGroups([...equal.slice(1).flat(), ...slow]).slower.some((each) => each.group === "slow")) found += 1;
    }
    expect(told / runs).toBeLessThanOrEqual(mostTold);
    expect(found / runs).toBeGreaterThanOrEqual(leastFound);
  },
);

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

/** Latencies that are skewed, with one of twenty ten times as late, and all slowed down by what the moment has for a group. */
function noisyGroup(
  random: () => number,
  { name, deviation, factor = 1 }: { name: string; deviation: number; factor?: number },
): PathPair[] {
  const moments = [Math.exp(deviation * normal(random)), factor * Math.exp(deviation * normal(random))] as const;
  const latency = (base: number, moment: number) =>
    base * moment * Math.exp(0.3 * normal(random)) * (random() < 0.05 ? 10 : 1);
  return Array.from({ length: 24 }, (_, index) => {
    const base = 2 + index / 4;
    return pair(name, `${name}-${index}`, latency(base, moments[0]), latency(base, moments[1]));
  });
}

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

test("paths are compared by their shortest latency: a busy moment in the middle is none of theirs", () => {
  const busy = (pairs: PathPair[], latenciesMs: number[]): PathPair[] =>
    pairs.map(({ before, after }) => ({
      before: { ...before, timings: { ...before.timings, latenciesMs: [3, 3.1, 3.2] } },
      after: { ...after, timings: { ...after.timings, latenciesMs } },
    }));
  const names = (pairs: PathPair[]) => slowerGroups([...pairs, ...steady]).slower.map((each) => each.group);
  expect(names(busy(group("x", 12, 3, 30), [3.1, 30, 31]))).toEqual([]);
  expect(names(busy(group("x", 12, 3, 30), [30, 30, 31]))).toEqual(["x"]);
});
