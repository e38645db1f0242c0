import { expect, test } from "vitest";
import { alignColumns } from "./table.ts";

test("columns start at the same place and no cell is cut", () => {
  expect(
    alignColumns(
      [
        ["dns", "kind-region-athens", "2 passed"],
        ["pod-to-pod", "k", "12 passed", "more"],
      ],
      { separator: " | ", right: [1] },
    ),
  ).toEqual(["dns        | kind-region-athens | 2 passed", "pod-to-pod |                  k | 12 passed | more"]);
});

test("no rows are no lines", () => {
  expect(alignColumns([])).toEqual([]);
});
