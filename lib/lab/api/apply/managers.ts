import type { KubeObject } from "../../model.ts";
import { fromFieldsV1, toFieldsV1 } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";

/** Who wrote some fields, and how. */
export interface Manager {
  manager: string;
  operation: "Apply" | "Update";
  apiVersion: string;
  subresource?: string;
  time: string;
  fields: FieldSet;
}

/** Reads metadata.managedFields. */
export function managersOf({ metadata }: Pick<KubeObject, "metadata">): Manager[] {
  const entries = (metadata.managedFields ?? []) as (Omit<Manager, "fields"> & { fieldsV1?: unknown })[];
  return entries
    .filter(({ manager, fieldsV1 }) => manager && fieldsV1)
    .map(({ manager, operation, apiVersion, subresource, time, fieldsV1 }) => ({
      manager,
      operation,
      apiVersion,
      ...(subresource && { subresource }),
      time,
      fields: fromFieldsV1(fieldsV1),
    }));
}

/** Writes metadata.managedFields; who owns nothing any longer is left out. */
export function managedFieldsOf(managers: Manager[]): unknown[] {
  return managers
    .filter(({ fields }) => fields.size > 0)
    .map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: "FieldsV1",
      fieldsV1: toFieldsV1(fields),
      ...(subresource && { subresource }),
    }));
}

/** Says whether two entries are the same manager. An applier stays itself when it moves to another API version. */
export function isSameManager(a: Omit<Manager, "fields" | "time">, b: Omit<Manager, "fields" | "time">): boolean {
  const same = a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource;
  return same && (a.operation === "Apply" || a.apiVersion === b.apiVersion);
}
