import { isRecord } from "../../../base/open-record.ts";
import type { OpenRecord } from "../../../base/open-record.ts";
import { ancestorsOf, fieldStep, itemStep, rootPath, stepsOf, valueStep } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { anyMap, fieldShape } from "./shape.ts";
import type { Shape } from "./shape.ts";

export type FieldSet = ReadonlySet<FieldPath>;

/** Gives the fields that a configuration speaks of; list items count themselves, maps only when they are empty. */
export function fieldSetOf(value: unknown, shape: Shape, path: FieldPath = rootPath): Set<FieldPath> {
  const fields = new Set<FieldPath>();
  for (const [childPath, child, childShape] of childrenOf(value, shape, path)) {
    const below = fieldSetOf(child, childShape, childPath);
    const isItem = Array.isArray(value);
    if (below.size === 0 || isItem) fields.add(childPath);
    for (const field of below) fields.add(field);
  }
  return fields;
}

/** Gives what lies directly below a value; nothing for what is only ever replaced as a whole. */
export function childrenOf(value: unknown, shape: Shape, path: FieldPath): [FieldPath, unknown, Shape][] {
  if (isRecord(value) && shape.kind !== "atomic") {
    return Object.entries(value)
      .filter(([, child]) => child !== undefined)
      .map(([name, child]) => [fieldStep(path, name), child, fieldShape(shape, name) ?? defaultShape(child)]);
  }
  if (!Array.isArray(value)) return [];
  if (shape.kind === "list") return value.map((item) => [itemStep(path, shape.keys, item), item, shape.item]);
  return shape.kind === "set" ? value.map((item) => [valueStep(path, item), item, { kind: "atomic" }]) : [];
}

function defaultShape(value: unknown): Shape {
  return Array.isArray(value) ? { kind: "atomic" } : anyMap;
}

/** Adds everything above the members. */
export function withAncestors(fields: FieldSet): Set<FieldPath> {
  return new Set([...fields].flatMap((path) => [path, ...ancestorsOf(path)]));
}

/** Writes a set as FieldsV1. */
export function toFieldsV1(fields: FieldSet): OpenRecord {
  const root: OpenRecord = {};
  for (const path of [...fields].toSorted()) {
    let node = root;
    for (const step of stepsOf(path)) node = (node[step] ??= {}) as OpenRecord;
    node["."] = {};
  }
  return withoutLeafMarks(root);
}

/** Reads a set from FieldsV1. */
export function fromFieldsV1(tree: unknown, path: FieldPath = rootPath): Set<FieldPath> {
  const fields = new Set<FieldPath>();
  if (!isRecord(tree)) return fields;
  const isMember = "." in tree || Object.keys(tree).length === 0;
  if (isMember && path !== rootPath) fields.add(path);
  for (const [step, child] of Object.entries(tree)) {
    if (step !== ".") for (const field of fromFieldsV1(child, `${path}${step}\n`)) fields.add(field);
  }
  return fields;
}

/** A member with nothing below it is `{}` in FieldsV1; only one with something below needs its mark. */
function withoutLeafMarks(node: OpenRecord): OpenRecord {
  const steps = Object.keys(node).filter((step) => step !== ".");
  if (steps.length === 0) return {};
  const mark = "." in node ? { ".": {} } : {};
  return { ...mark, ...Object.fromEntries(steps.map((step) => [step, withoutLeafMarks(node[step] as OpenRecord)])) };
}
