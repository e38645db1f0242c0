import { expect, test } from "vitest";
import { familyOf } from "./family.ts";

test.each([
  ["10.0.0.1", "IPv4"],
  ["fd00::1", "IPv6"],
  ["::ffff:10.0.0.1", "IPv6"],
  ["fd00::/56", "IPv6"],
  ["10.0.0.1-10.0.0.9", "IPv4"],
])("%s is %s", (address, family) => {
  expect(familyOf(address)).toBe(family);
});
