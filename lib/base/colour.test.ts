import { expect, test } from "vitest";
import { colourFor, painter } from "./colour.ts";

test.each([
  { isTTY: true, wanted: true, environment: {}, colour: true },
  { isTTY: true, wanted: true, environment: { NO_COLOR: "" }, colour: true },
  { isTTY: true, wanted: true, environment: { NO_COLOR: "1" }, colour: false },
  { isTTY: true, wanted: true, environment: { TERM: "dumb" }, colour: false },
  { isTTY: true, wanted: false, environment: {}, colour: false },
  { isTTY: undefined, wanted: true, environment: { FORCE_COLOR: "1" }, colour: false },
])("%j", ({ isTTY, wanted, environment, colour }) => {
  expect(colourFor({ isTTY }, { wanted, environment })).toBe(colour);
});

test("paint is an escape sequence with colour and nothing without", () => {
  expect(painter(true)("red", "no")).toBe("\u001b[31mno\u001b[39m");
  expect(painter(false)("red", "no")).toBe("no");
});
