import { expect, test } from "vitest";
import type { Fault, Step } from "../../lab/sabotage/fault.ts";
import { choosePairs } from "./choose-pairs.ts";
import { testFault } from "./test-results.ts";

function fault(id: string, node: string, changes: Partial<Fault> = {}): Fault {
  const step: Step = { kind: "node", node, make: [], undo: [] };
  return { ...testFault, id, steps: [step], causes: [`lost node/a/${id}`], ...changes };
}

function chosen(faults: Fault[], count = 100, seed = 1): string[] {
  return choosePairs(faults, count, seed).map((pair) => pair.map(({ id }) => id).join("+"));
}

test("pairs are of one topology, change different things, and have different causes", () => {
  expect(chosen([fault("a", "one"), fault("b", "two")])).toEqual(["a+b"]);
  expect(chosen([fault("a", "one"), fault("b", "one")])).toEqual([]);
  expect(chosen([fault("a", "one"), fault("b", "two", { topology: "dual-stack" })])).toEqual([]);
  expect(chosen([fault("a", "one"), fault("b", "two", { causes: ["lost node/a/a"] })])).toEqual([]);
  expect(chosen([fault("a", "one"), fault("b", "two", { when: "before-deployment" })])).toEqual([]);
  expect(chosen([fault("a", "one"), fault("b", "two", { causes: [], verdict: "broken" })])).toEqual([]);
});

test("a seed always chooses the same, and each pair once", () => {
  const faults = Array.from({ length: 10 }, (_, index) => fault(`f${index}`, `n${index}`));
  expect(chosen(faults, 10, 7)).toEqual(chosen(faults, 10, 7));
  expect(chosen(faults, 10, 7)).not.toEqual(chosen(faults, 10, 8));
  expect(new Set(chosen(faults)).size).toBe(45);
});
