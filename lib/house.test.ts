import { dirname } from "node:path";
import { expect, test } from "vitest";
import { checkHouse } from "./house/check-house.ts";
import { readTree } from "./house/tree.ts";
import { renderViolations } from "./house/violation.ts";

const root = dirname(import.meta.dirname);

test("the house keeps its rules", () => {
  const tree = readTree(root);
  expect(tree.has("lib/house.test.ts"), "the tree that was read is this project").toBe(true);
  expect(renderViolations(checkHouse(tree, root)), "rules of the house are broken; lib/README.md tells them").toBe("");
});
