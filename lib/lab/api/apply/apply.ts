import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import { compare } from "./compare.ts";
import { printPath } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { fieldSetOf, withAncestors } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { isSameManager, managedFieldsOf, managersOf } from "./managers.ts";
import type { Manager } from "./managers.ts";
import { merge, removeFields } from "./merge.ts";
import { owned } from "./owned.ts";
import { difference, intersection } from "./set-maths.ts";
import type { Shape } from "./shape.ts";

/** One request for server-side apply. */
export interface ApplyRequest {
  config: KubeObject;
  applier: Omit<Manager, "fields">;
  force: boolean;
  shape: Shape;
}

/**
 * Merges a configuration into an object (or makes one of it), and records who owns which field.
 *
 * Fields that the applier set before and now leaves out go, unless another manager owns them too. Throws the 409 ApiError of a
 * conflict when a field that another manager owns would change and `force` is not set.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function apply(live: KubeObject | undefined, { config, applier, force, shape }: ApplyRequest): KubeObject {
  const wanted = withoutNulls(config) as KubeObject;
  const fields = fieldSetOf(owned(wanted), shape);
  const managers = live ? managersBefore(live, applier, shape) : [];
  const own = managers.find((manager) => isSameManager(manager, applier));
  const others = managers.filter((manager) => manager !== own);
  const merged = live ? (merge(live, wanted, shape) as KubeObject) : wanted;
  const { changed } = compare(owned(live), owned(merged), shape);
  const contested = others.filter(({ fields: theirs }) => intersection(theirs, changed).size > 0);
  if (contested.length > 0 && !force) throw applyConflict(contested, changed);
  const yielding = others.map((manager) => ({ ...manager, fields: difference(manager.fields, changed) }));
  const dropped = own
    ? droppedFields(own.fields, [fields, ...yielding.map((manager) => manager.fields)])
    : new Set<string>();
  const result = removeFields(merged, dropped, shape) as KubeObject;
  const time = own && sameFields(own.fields, fields) ? own.time : applier.time;
  result.metadata = { ...result.metadata };
  result.metadata.managedFields = managedFieldsOf([...yielding, { ...applier, fields, time }]);
  return result;
}

/** An object that nobody tracked so far belongs to a manager of that name, so that the first apply does not take it over unseen. */
function managersBefore(live: KubeObject, { apiVersion, time }: Omit<Manager, "fields">, shape: Shape): Manager[] {
  const managers = managersOf(live);
  if (managers.length > 0) return managers;
  const fields = fieldSetOf(owned(live), shape);
  return [{ manager: "before-first-apply", operation: "Update", apiVersion, time, fields }];
}

/** What the applier owned, maps and structs that held only its fields included, and nobody owns now. */
function droppedFields(before: FieldSet, after: FieldSet[]): Set<FieldPath> {
  const held = withAncestors(new Set(after.flatMap((fields) => [...fields])));
  return difference(withAncestors(before), held);
}

function applyConflict(contested: Manager[], changed: FieldSet): ApiError {
  const conflicts = contested.flatMap((manager) =>
    [...intersection(manager.fields, changed)].map((path) => ({ who: printManager(manager), path: printPath(path) })),
  );
  const causes = conflicts.map(({ who, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${who}`,
    field: path,
  }));
  return new ApiError(409, "Conflict", conflictMessage(conflicts), { causes });
}

function conflictMessage(conflicts: { who: string; path: string }[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1) return `Apply failed with 1 conflict: conflict with ${first!.who}: ${first!.path}`;
  const names = [...new Set(conflicts.map(({ who }) => who))].toSorted();
  const lines = names.flatMap((name) => [
    `conflicts with ${name}:`,
    ...conflicts.filter(({ who }) => who === name).map(({ path }) => `- ${path}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
}

function printManager({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = subresource ? `"${manager}" with subresource "${subresource}"` : `"${manager}"`;
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

function sameFields(a: FieldSet, b: FieldSet): boolean {
  return a.size === b.size && difference(a, b).size === 0;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(kept.map(([name, field]) => [name, withoutNulls(field)]));
}
