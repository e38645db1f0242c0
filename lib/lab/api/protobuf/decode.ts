import type { OpenRecord } from "../../../base/open-record.ts";
import { messages } from "./messages.ts";
import { wireFields } from "./wire.ts";

export const protobufType = "application/vnd.kubernetes.protobuf";

const magic = Buffer.from("k8s\0");

/**
 * Reads an object in the Kubernetes form of protocol buffers: four bytes, then an envelope with the kind and the message.
 *
 * Gives undefined for a kind that we have no fields of, and for a message with a field that we do not know, so that nothing is lost.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function decodeObject(body: Buffer): OpenRecord | undefined {
  if (!body.subarray(0, 4).equals(magic)) return undefined;
  try {
    const envelope = new Map(wireFields(body.subarray(4)).map(({ number, value }) => [number, value as Buffer]));
    const type = new Map(wireFields(envelope.get(1)!).map(({ number, value }) => [number, String(value)]));
    const [apiVersion, kind = ""] = [type.get(1), type.get(2)];
    return { kind, apiVersion, ...decodeMessage(envelope.get(2) ?? Buffer.alloc(0), kind) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Field {
  name: string;
  type: string;
  isList: boolean;
  isMap: boolean;
  isInline: boolean;
  keepsEmpty: boolean;
}

const known = new Map<string, Map<number, Field>>();

function decodeMessage(message: Buffer, name: string): OpenRecord {
  const fields = fieldsOf(name);
  const result: OpenRecord = {};
  for (const { number, value } of wireFields(message)) {
    const field = fields.get(number);
    if (!field) throw new RangeError(`${name} has an unknown field ${number}`);
    if (field.type === "ignored") continue;
    if (field.isMap) addEntry(result, field, value as Buffer);
    else if (field.isList)
      result[field.name] = [...((result[field.name] as unknown[]) ?? []), decodeValue(value, field.type)];
    else if (field.isInline) Object.assign(result, decodeValue(value, field.type));
    else {
      const decoded = decodeValue(value, field.type);
      if (field.keepsEmpty || !isEmpty(decoded)) result[field.name] = decoded;
    }
  }
  return result;
}

function addEntry(result: OpenRecord, { name, type }: Field, entry: Buffer): void {
  const parts = new Map(wireFields(entry).map(({ number, value }) => [number, value]));
  const map = (result[name] ??= {}) as OpenRecord;
  map[String(parts.get(1) ?? "")] = decodeValue(parts.get(2) ?? Buffer.alloc(0), type);
}

function decodeValue(value: bigint | Buffer, type: string): unknown {
  if (typeof value === "bigint") return type === "bool" ? value !== 0n : Number(value);
  if (type === "string") return value.toString("utf8");
  if (type === "bytes") return value.toString("base64");
  if (type === "quantity") return wireFields(value).map((field) => String(field.value))[0] ?? "0";
  if (type !== "int-or-string") return decodeMessage(value, type);
  const parts = new Map(wireFields(value).map((field) => [field.number, field.value]));
  return parts.get(1) === 1n ? String(parts.get(3)) : Number(parts.get(2) ?? 0);
}

function fieldsOf(name: string): Map<number, Field> {
  const text = messages[name];
  if (text === undefined) throw new RangeError(`no message ${name}`);
  const fields = known.get(name) ?? new Map(text.split(", ").map(parseField));
  known.set(name, fields);
  return fields;
}

/** Reads `3 binaryData map bytes` and the like. */
function parseField(text: string): [number, Field] {
  const [number, name = "", ...words] = text.replace(/\[\]|!/g, "").split(" ");
  const [isMap, isInline] = [words[0] === "map", words[0] === "inline"];
  const type = (isMap || isInline ? words[1] : words[0]) ?? "string";
  return [Number(number), { name, type, isMap, isInline, isList: text.endsWith("[]"), keepsEmpty: text.endsWith("!") }];
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}
