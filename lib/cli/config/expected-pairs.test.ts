import { expect, test } from "vitest";
import { expectedPairs } from "./expected-pairs.ts";

const contexts = ["a", "b", "c"];

test("the entry that is nearest to a pair counts, whatever the order; pairs without one are left out", () => {
  const entries = [
    { from: "a", to: "b", expect: "reachable" as const },
    { from: "a", to: "*", expect: "denied" as const },
    { from: "gone", to: "a", expect: "denied" as const },
  ];
  const expected = [
    { from: "a", to: "b", expect: "reachable" },
    { from: "a", to: "c", expect: "denied" },
  ];
  expect(expectedPairs(entries, contexts)).toEqual(expected);
  expect(expectedPairs(entries.toReversed(), contexts)).toEqual(expected);
});

test("every pair, but for a cluster and itself", () => {
  const all = expectedPairs(
    [
      { from: "*", to: "*", expect: "denied" },
      { from: "*", to: "c", expect: "reachable" },
    ],
    contexts,
  );
  expect(all.map(({ from, to, expect: what }) => `${from} ${to} ${what}`)).toEqual([
    "a b denied",
    "a c reachable",
    "b a denied",
    "b c reachable",
    "c a denied",
    "c b denied",
  ]);
});
