import { checkArrows } from "./arrows.ts";
import { checkMap } from "./map.ts";
import { checkNames } from "./names.ts";
import { checkOwners } from "./owners.ts";
import { checkTexts } from "./texts.ts";
import type { Tree } from "./tree.ts";
import type { Violation } from "./violation.ts";

/** Checks a tree against all rules of the house. `checkout` is the directory that it was read from. Empty when all are kept. */
export function checkHouse(tree: Tree, checkout: string): Violation[] {
  return [
    ...checkArrows(tree),
    ...checkOwners(tree),
    ...checkNames(tree),
    ...checkMap(tree),
    ...checkTexts(tree, checkout),
  ];
}
