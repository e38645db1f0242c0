import { expect, test } from "vitest";
import { loadCatalogue } from "../../scenario/catalogue.ts";
import { exceptions, neverRed } from "./never-red.ts";

test("a scenario counts as red by any failed path of a finding; a broken one shows nothing", () => {
  const counts = { passed: 1, failed: 0, broken: 0 };
  const rows: Parameters<typeof neverRed>[1] = [
    { verdict: "findings", scenarios: { a: { ...counts, failed: 1 }, b: counts } },
    { verdict: "broken", scenarios: { b: { ...counts, broken: 9 }, c: { ...counts, failed: 1 } } },
  ];
  expect(neverRed(["a", "b", "c", "d"], rows)).toEqual(["b", "c", "d"]);
});

test("only scenarios that there are can be excepted", async () => {
  const { scenarios } = await loadCatalogue([]);
  const names = scenarios.map(({ name }) => name);
  expect(Object.keys(exceptions).filter((name) => !names.includes(name))).toEqual([]);
  expect(neverRed(names, [])).toHaveLength(names.length - Object.keys(exceptions).length);
});
