import type { KubeObject } from "../../model.ts";
import { compare } from "./compare.ts";
import { isSameManager, managedFieldsOf, managersOf } from "./managers.ts";
import type { Manager } from "./managers.ts";
import { owned } from "./owned.ts";
import { difference, union } from "./set-maths.ts";
import type { Shape } from "./shape.ts";

/**
 * Gives the managedFields after a create, update or patch by `writer`: it takes over what it changed.
 *
 * Undefined when the object has none so far and is not new: such an object stays without.
 */
export function trackUpdate(
  live: KubeObject | undefined,
  draft: KubeObject,
  writer: Omit<Manager, "fields">,
  shape: Shape,
): unknown[] | undefined {
  const before = live ? managersOf(live) : [];
  if (live && before.length === 0) return undefined;
  const { changed, removed } = compare(owned(live), owned(draft), shape);
  if (changed.size + removed.size === 0) return live?.metadata.managedFields;
  const own = before.find((manager) => isSameManager(manager, writer)) ?? { ...writer, fields: new Set<string>() };
  const others = before
    .filter((manager) => manager !== own)
    .map((manager) => ({ ...manager, fields: difference(difference(manager.fields, changed), removed) }));
  const fields = difference(union(own.fields, changed), removed);
  return managedFieldsOf([...others, { ...own, fields, time: changed.size > 0 ? writer.time : own.time }]);
}
