import { expect, test } from "vitest";
import { parseSpan, spansOverlap } from "./address-span.ts";

test.each([
  ["10.0.0.1-10.0.0.9", 0x0a000001n, 0x0a000009n],
  ["10.0.0.1 - 10.0.0.9", 0x0a000001n, 0x0a000009n],
  ["10.0.0.7/30", 0x0a000004n, 0x0a000007n],
  ["0.0.0.0/0", 0n, 0xffffffffn],
  ["172.19.255.1", 0xac13ff01n, 0xac13ff01n],
  ["fd00::/126", 0xfd00n << 112n, (0xfd00n << 112n) + 3n],
  ["fd00::1-fd00::1:0", (0xfd00n << 112n) + 1n, (0xfd00n << 112n) + 0x10000n],
  ["::ffff:10.0.0.1", 0xffff0a000001n, 0xffff0a000001n],
  ["1:2:3:4:5:6:7:8", 0x00010002000300040005000600070008n, 0x00010002000300040005000600070008n],
])("%s is a span", (text, first, last) => {
  expect(parseSpan(text)).toMatchObject({ first, last });
});

test.each(["", "10.0.0.9-10.0.0.1", "10.0.0.1-fd00::1", "10.0.0.0/33", "fd00::/129", "10.0.0.1/2/3", "a-b", "1-2-3"])(
  "%j is none",
  (text) => {
    expect(parseSpan(text)).toBeUndefined();
  },
);

function overlap(one: string, other: string): boolean {
  const [left, right] = [parseSpan(one), parseSpan(other)];
  return left !== undefined && right !== undefined && spansOverlap(left, right);
}

test("spans overlap when they have an address in common, and never across families", () => {
  expect(overlap("10.0.0.1-10.0.0.9", "10.0.0.9-10.0.0.12")).toBe(true);
  expect(overlap("10.0.0.0/24", "10.0.0.5")).toBe(true);
  expect(overlap("10.0.0.5", "10.0.0.0/24")).toBe(true);
  expect(overlap("10.0.0.1-10.0.0.9", "10.0.0.10-10.0.0.12")).toBe(false);
  expect(overlap("0.0.0.0/0", "::/0")).toBe(false);
});
