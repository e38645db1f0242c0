import { isRecord } from "../../../base/open-record.ts";
import type { OpenRecord } from "../../../base/open-record.ts";
import { itemStep, rootPath, stepsOf } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { childrenOf } from "./field-set.ts";
import { anyMap, fieldShape } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** Lays a configuration over an object; what the configuration does not speak of stays. */
export function merge(live: unknown, config: unknown, shape: Shape): unknown {
  if (isRecord(live) && isRecord(config) && shape.kind !== "atomic") {
    const merged: OpenRecord = { ...live };
    for (const [name, value] of Object.entries(config)) {
      merged[name] = merge(live[name], value, fieldShape(shape, name) ?? anyMap);
    }
    return merged;
  }
  if (!Array.isArray(live) || !Array.isArray(config)) return config;
  if (shape.kind === "set") return [...live, ...config.filter((value) => !live.includes(value))];
  if (shape.kind !== "list") return config;
  const items = new Map<string, unknown>(live.map((item) => [itemStep(rootPath, shape.keys, item), item]));
  for (const item of config) {
    const key = itemStep(rootPath, shape.keys, item);
    items.set(key, items.has(key) ? merge(items.get(key), item, shape.item) : item);
  }
  return [...items.values()];
}

/** Takes fields out of an object, with everything below them, and what is left empty by that. */
export function removeFields(value: unknown, fields: ReadonlySet<FieldPath>, shape: Shape, path = rootPath): unknown {
  const children = childrenOf(value, shape, path);
  const kept = children
    .filter(([childPath]) => !fields.has(childPath))
    .map(([childPath, child, childShape]) => {
      const rest = removeFields(child, fields, childShape, childPath);
      return { childPath, rest, emptied: isEmpty(rest) && !isEmpty(child) };
    })
    .filter(({ emptied }) => !emptied);
  if (children.length === 0) return value;
  if (Array.isArray(value)) return kept.map(({ rest }) => rest);
  return Object.fromEntries(kept.map(({ childPath, rest }) => [stepsOf(childPath).at(-1)!.slice(2), rest]));
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
