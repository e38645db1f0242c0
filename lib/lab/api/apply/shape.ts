/**
 * How the parts of an object are merged. Where nothing is said, maps are merged field by field and lists are replaced as a whole.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export type Shape =
  | { kind: "atomic" }
  /** A list of scalars without order. */
  | { kind: "set" }
  /** A list whose items are known by the values of `keys`. */
  | { kind: "list"; keys: ListKey[]; mergeKey: string; item: Shape }
  | { kind: "map"; fields: Record<string, Shape>; each?: Shape };

/** `absent` is what an item without the field has. */
export interface ListKey {
  name: string;
  absent?: string;
}

export const atomic: Shape = { kind: "atomic" };
export const set: Shape = { kind: "set" };
export const anyMap: Shape = { kind: "map", fields: {} };

export function map(fields: Record<string, Shape>): Shape {
  return { kind: "map", fields };
}

/** A list keyed by the given fields; `protocol` is TCP where it is absent. The first key also serves strategic merge patches. */
export function listBy(keys: string, item: Shape = anyMap): Shape {
  const names = keys.split(",");
  const listKeys = names.map((name) => (name === "protocol" ? { name, absent: "TCP" } : { name }));
  return { kind: "list", keys: listKeys, mergeKey: names[0]!, item };
}

/** Gives the shape of one field. */
export function fieldShape(shape: Shape, name: string): Shape | undefined {
  return shape.kind === "map" ? (shape.fields[name] ?? shape.each) : undefined;
}
