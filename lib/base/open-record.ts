/** A record whose fields are not known beforehand, such as parsed YAML or JSON. */
export type OpenRecord = Record<string, unknown>;

/** Tells whether a value is a record: an object that is neither null nor a list. */
export function isRecord(value: unknown): value is OpenRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a field of something that may not be a record; a field that is not there is undefined. */
export function fieldOf(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((rest, name) => (isRecord(rest) ? rest[name] : undefined), value);
}

/** Reads a text field; anything but a text, or an empty one, is undefined. */
export function textOf(value: unknown, ...path: string[]): string | undefined {
  const found = fieldOf(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Reads a number field; anything else is undefined. */
export function numberOf(value: unknown, ...path: string[]): number | undefined {
  const found = fieldOf(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** Reads a list field; anything else gives the empty list. */
export function listOf(value: unknown, ...path: string[]): unknown[] {
  const found = fieldOf(value, ...path);
  return Array.isArray(found) ? found : [];
}
