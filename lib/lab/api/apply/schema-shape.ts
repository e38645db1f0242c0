import { fieldOf, isRecord, listOf } from "../../../base/open-record.ts";
import { anyMap, atomic, set } from "./shape.ts";
import type { Shape } from "./shape.ts";

/**
 * Reads how to merge from the x-kubernetes-list-type and x-kubernetes-map-type marks of an OpenAPI schema.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#custom-resources
 */
export function schemaShape(schema: unknown): Shape {
  if (fieldOf(schema, "x-kubernetes-map-type") === "atomic") return atomic;
  if (fieldOf(schema, "type") === "array") return listShape(schema);
  const properties = fieldOf(schema, "properties");
  const additional = fieldOf(schema, "additionalProperties");
  if (!isRecord(properties))
    return isRecord(additional) ? { kind: "map", fields: {}, each: schemaShape(additional) } : anyMap;
  return {
    kind: "map",
    fields: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, schemaShape(part)])),
  };
}

function listShape(schema: unknown): Shape {
  const type = fieldOf(schema, "x-kubernetes-list-type");
  if (type === "set") return set;
  const names = listOf(schema, "x-kubernetes-list-map-keys").map(String);
  if (type !== "map" || names.length === 0) return atomic;
  const keys = names.map((name) => {
    const absent = fieldOf(schema, "items", "properties", name, "default");
    return { name, ...(typeof absent === "string" && { absent }) };
  });
  return { kind: "list", keys, mergeKey: names[0]!, item: schemaShape(fieldOf(schema, "items")) };
}
