import { expect, test } from "vitest";
import { createLately } from "./lately.ts";

test("the last names are remembered, and those before are forgotten", () => {
  const lately = createLately(2);
  for (const name of ["a", "b", "a", "c"]) lately.add(name);
  expect(["a", "b", "c"].filter(lately.has)).toEqual(["a", "c"]);
});

test("a name that is too long is not taken in", () => {
  const lately = createLately(2);
  lately.add("x".repeat(65));
  expect(lately.has("x".repeat(65))).toBe(false);
});
