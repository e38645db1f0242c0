import { expect, it } from "vitest";
import { expand } from "./expand.ts";

it.each([
  ["$(A)", "1"],
  ["$(A)$(A)", "11"],
  ["$$(A)", "$(A)"],
  ["$$$(A)", "$1"],
  ["$(B)", "$(B)"],
  ["$(A", "$(A"],
  ["$A ${A} $() $", "$A ${A} $() $"],
])("expands %s to %s", (text, expected) => {
  expect(expand(text, new Map([["A", "1"]]))).toBe(expected);
});
