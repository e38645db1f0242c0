import { isDeepStrictEqual } from "node:util";
import { rootPath } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { childrenOf } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import type { Shape } from "./shape.ts";

export interface Comparison {
  /** Added or modified. */
  changed: FieldSet;
  removed: FieldSet;
}

/** Tells which fields differ between two versions of an object. */
export function compare(before: unknown, after: unknown, shape: Shape): Comparison {
  const changed = new Set<FieldPath>();
  const removed = new Set<FieldPath>();
  walk(before, after, shape, rootPath);
  return { changed, removed };

  function walk(old: unknown, now: unknown, at: Shape, path: FieldPath): void {
    if (isDeepStrictEqual(old, now)) return;
    const oldChildren = new Map(childrenOf(old, at, path).map(([key, ...rest]) => [key, rest]));
    const newChildren = new Map(childrenOf(now, at, path).map(([key, ...rest]) => [key, rest]));
    if (old === undefined) changed.add(path);
    else if (now === undefined) removed.add(path);
    else if (oldChildren.size + newChildren.size === 0) changed.add(path);
    for (const [key, [value, childShape]] of newChildren) walk(oldChildren.get(key)?.[0], value, childShape, key);
    for (const [key, [value, childShape]] of oldChildren) {
      if (!newChildren.has(key)) walk(value, undefined, childShape, key);
    }
  }
}
