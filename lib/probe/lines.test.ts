import { expect, it } from "vitest";
import { parseMessage, splitLines } from "./lines.ts";

it.each([1, 2, 3, 7, 100])("lines come out whole from chunks of %i characters", (size) => {
  const text = "one\n\ntwo and more\nΩ\nrest without end";
  const lines: string[] = [];
  const take = splitLines((line) => lines.push(line));
  for (let start = 0; start < text.length; start += size) take(text.slice(start, start + size));
  expect(lines).toEqual(["one", "", "two and more", "Ω"]);
});

it("a message is an object with a type", () => {
  expect(parseMessage('{"type":"ping","id":1}')).toEqual({ type: "ping", id: 1 });
  const others = ["", "{", "5", "null", "[]", '"ping"', "{}", '{"type":1}'];
  expect(others.map(parseMessage)).toEqual(others.map(() => undefined));
});
