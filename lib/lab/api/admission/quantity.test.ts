import { expect, test } from "vitest";
import { formatQuantity, parseQuantity } from "./quantity.ts";

test.for([
  ["1", 1000n],
  ["500m", 500n],
  ["1.5", 1500n],
  ["0.1", 100n],
  [".5Gi", 536_870_912_000n],
  ["2Ki", 2_048_000n],
  ["3k", 3_000_000n],
  ["-1", -1000n],
  ["words", 0n],
] as const)("%s is %s thousandths", ([text, thousandths]) => {
  expect(parseQuantity(text)).toBe(thousandths);
});

test.for([
  ["500m", "1", "500m"],
  ["1024Mi", "2Gi", "1Gi"],
  ["1500", "2", "1500"],
  ["2000", "2", "2k"],
  ["0", "2Gi", "0"],
  ["1Gi", "2", "1073741824"],
] as const)("%s is written like %s as %s", ([text, like, written]) => {
  expect(formatQuantity(parseQuantity(text), like)).toBe(written);
});
