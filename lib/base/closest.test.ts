import { expect, test } from "vitest";
import { closest } from "./closest.ts";

test("the nearest candidate is found", () => {
  expect(closest("kind-region-atens", ["kind-region-hurup", "kind-region-athens"])).toBe("kind-region-athens");
});

test("case does not count", () => {
  expect(closest("ADMIN@PROD", ["dev", "admin@prod"])).toBe("admin@prod");
});

test("a word that is like no candidate has no closest one", () => {
  expect(closest("paris", ["kind-region-athens", "admin@prod"])).toBeUndefined();
});

test("no candidates, no answer", () => {
  expect(closest("x", [])).toBeUndefined();
});
