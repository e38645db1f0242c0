import { isRecord } from "../../../base/open-record.ts";
import type { ListKey } from "./shape.ts";

/**
 * A path into an object as one text: steps in the form of FieldsV1 (`f:spec`, `k:{"name":"c"}`, `v:"x"`), each ended by a line feed, so
 * that a path is a prefix of exactly what lies below it.
 */
export type FieldPath = string;

export const rootPath: FieldPath = "";

export function fieldStep(parent: FieldPath, name: string): FieldPath {
  return `${parent}f:${name}\n`;
}

/** The step to an item of a list that is keyed by some of its fields. */
export function itemStep(parent: FieldPath, keys: ListKey[], item: unknown): FieldPath {
  return `${parent}k:${JSON.stringify(itemKey(keys, item))}\n`;
}

/** The step to an item of a set. */
export function valueStep(parent: FieldPath, value: unknown): FieldPath {
  return `${parent}v:${JSON.stringify(value)}\n`;
}

export function stepsOf(path: FieldPath): string[] {
  return path.split("\n").slice(0, -1);
}

/** Gives the paths above, the nearest last, without the root. */
export function ancestorsOf(path: FieldPath): FieldPath[] {
  const steps = stepsOf(path);
  return steps.slice(0, -1).map((_, index) => `${steps.slice(0, index + 1).join("\n")}\n`);
}

/** Gives the fields that tell an item from the others, in the order of their names. */
export function itemKey(keys: ListKey[], item: unknown): Record<string, unknown> {
  const fields = isRecord(item) ? item : {};
  const names = keys.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(
    names.map(({ name, absent }) => [name, fields[name] ?? absent]).filter(([, value]) => value !== undefined),
  );
}

/** Writes a path as the API server's messages do: `.spec.containers[name="c"].image`. */
export function printPath(path: FieldPath): string {
  return stepsOf(path).map(printStep).join("");
}

function printStep(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith("f:")) return `.${rest}`;
  if (step.startsWith("v:")) return `[=${rest}]`;
  const key = JSON.parse(rest) as Record<string, unknown>;
  return `[${Object.entries(key)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}]`;
}
