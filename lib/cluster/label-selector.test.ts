import { expect, test } from "vitest";
import { parseLabelSelector } from "./label-selector.ts";

const labels = { tier: "web", "node-role.kubernetes.io/worker": "", zone: "a" };

test.each([
  ["", true],
  ["tier=web", true],
  ["tier==web,zone=b", false],
  ["tier = web , zone != b", true],
  ["missing!=x", true],
  ["node-role.kubernetes.io/worker", true],
  ["node-role.kubernetes.io/worker=", true],
  ["!node-role.kubernetes.io/worker", false],
  ["!missing", true],
  ["zone in (a, b),tier", true],
  ["zone in (b,c)", false],
  ["zone notin (a)", false],
  ["missing notin (a)", true],
  ["missing in (a)", false],
])("%j matches: %s", (selector, matches) => {
  expect(parseLabelSelector(selector, "--node-selector")(labels)).toBe(matches);
});

test.each(["a=b=c", "in (a)", "tier=web,", "a b", "tier>3"])("%j is refused", (selector) => {
  expect(() => parseLabelSelector(selector, "--node-selector")).toThrow(
    /^--node-selector has the part ".*", which is not/,
  );
});
