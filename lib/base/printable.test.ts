import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test("text with line breaks, tabs and any script stays as it is", () => {
  expect(printable("a\tb\nπ 日本 🙂")).toBe("a\tb\nπ 日本 🙂");
});

test("what a terminal or XML would not take becomes visible", () => {
  expect(printable("\u001b[31mred\u0000\r\u007f\u0085\uffff")).toBe(String.raw`\x1b[31mred\x00\x0d\x7f\x85\u{ffff}`);
});

test("half of a surrogate pair becomes the replacement character", () => {
  expect(printable("\ud83d!")).toBe("\ufffd!");
});
