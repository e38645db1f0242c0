import { isRecord } from "../../../base/open-record.ts";
import type { OpenRecord } from "../../../base/open-record.ts";
import { fieldShape } from "../apply/shape.ts";
import type { Shape } from "../apply/shape.ts";

/**
 * Applies a strategic merge patch: maps are merged, lists are merged where their items have a key, and the directives `$patch`,
 * `$retainKeys`, `$deleteFromPrimitiveList` and `$setElementOrder` do what they say.
 *
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicMergePatch(target: unknown, patch: unknown, shape: Shape): unknown {
  if (!isRecord(patch)) return patch;
  if (patch["$patch"] === "replace") return withoutDirectives(patch);
  if (patch["$patch"] === "delete") return {};
  const result = retained(isRecord(target) ? target : {}, patch["$retainKeys"]);
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith("$")) continue;
    if (value === null) delete result[name];
    else result[name] = patchField(result[name], value, fieldShape(shape, name));
  }
  for (const [name, value] of Object.entries(patch)) {
    const [directive, field = ""] = name.split("/");
    const list = result[field];
    if (!Array.isArray(list) || !Array.isArray(value)) continue;
    if (directive === "$deleteFromPrimitiveList") result[field] = list.filter((item) => !value.includes(item));
    if (directive === "$setElementOrder") result[field] = ordered(list, value, fieldShape(shape, field));
  }
  return result;
}

function patchField(target: unknown, value: unknown, shape: Shape | undefined): unknown {
  if (isRecord(value)) return strategicMergePatch(target, value, shape ?? { kind: "map", fields: {} });
  if (!Array.isArray(value)) return value;
  const list = Array.isArray(target) ? target : [];
  if (shape?.kind === "set") return [...list, ...value.filter((item) => !list.includes(item))];
  return shape?.kind === "list" ? patchList(list, value, shape) : value.map(withoutDirectives);
}

function patchList(
  list: unknown[],
  patch: unknown[],
  { mergeKey, item: shape }: Extract<Shape, { kind: "list" }>,
): unknown[] {
  const keyOf = (item: unknown) => (isRecord(item) ? item[mergeKey] : undefined);
  const replaces = patch.some((item) => isRecord(item) && item["$patch"] === "replace");
  if (replaces) return patch.filter((item) => keyOf(item) !== undefined).map(withoutDirectives);
  const result = [...list];
  for (const item of patch) {
    const index = result.findIndex((existing) => keyOf(existing) === keyOf(item));
    if (isRecord(item) && item["$patch"] === "delete") {
      if (index !== -1) result.splice(index, 1);
    } else if (index === -1) result.push(strategicMergePatch({}, item, shape));
    else result[index] = strategicMergePatch(result[index], item, shape);
  }
  return result;
}

/** Those that the order names come first, the others after them as they were. */
function ordered(list: unknown[], order: unknown[], shape: Shape | undefined): unknown[] {
  const key = shape?.kind === "list" ? shape.mergeKey : undefined;
  const keyOf = (item: unknown) => (key && isRecord(item) ? item[key] : item);
  const wanted = order.map(keyOf);
  const placeOf = (item: unknown) => (wanted.includes(keyOf(item)) ? wanted.indexOf(keyOf(item)) : wanted.length);
  return list.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function retained(target: OpenRecord, keys: unknown): OpenRecord {
  if (!Array.isArray(keys)) return { ...target };
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([name, field]) => !name.startsWith("$") && field !== null);
  return Object.fromEntries(kept.map(([name, field]) => [name, withoutDirectives(field)]));
}
