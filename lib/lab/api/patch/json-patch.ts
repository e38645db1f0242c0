import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../../base/open-record.ts";
import { ApiError } from "../../model.ts";
import { badRequest } from "../status-errors.ts";

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

/**
 * Applies a JSON patch to a copy. Throws 400 for what is no patch, and 422 for one that does not fit the document.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  }
  const root = { document: structuredClone(document) };
  for (const operation of patch as Operation[]) execute(root, operation);
  return root.document;
}

function execute(root: { document: unknown }, { op, path, from, value }: Operation): void {
  switch (op) {
    case "add":
      return put(root, path, structuredClone(value), true);
    case "remove":
      take(root, path);
      return;
    case "replace":
      read(root, path);
      return put(root, path, structuredClone(value), false);
    case "move":
      return put(root, path, take(root, from ?? ""), true);
    case "copy":
      return put(root, path, structuredClone(read(root, from ?? "")), true);
    case "test":
      if (isDeepStrictEqual(lookUp(root, path) ?? null, value ?? null)) return;
      throw misfit(`testing value ${path} failed: test failed`);
    default:
      throw misfit(`Unexpected kind: ${op}`);
  }
}

function put(root: { document: unknown }, path: string, value: unknown, insert: boolean): void {
  const { parent, key } = place(root, path);
  if (!Array.isArray(parent)) {
    (parent as Record<string, unknown>)[key] = value;
    return;
  }
  const index = key === "-" ? parent.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > parent.length)
    throw misfit(`Unable to access invalid index: ${key}`);
  parent.splice(index, insert ? 0 : 1, value);
}

function take(root: { document: unknown }, path: string): unknown {
  const value = read(root, path);
  const { parent, key } = place(root, path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
  return value;
}

function read(root: { document: unknown }, path: string): unknown {
  const value = lookUp(root, path);
  if (value === undefined) throw misfit(`missing path: ${path}`);
  return value;
}

function lookUp(root: { document: unknown }, path: string): unknown {
  const { parent, key } = place(root, path);
  return (parent as Record<string, unknown>)[key];
}

/** The whole document is the field `document` of the root. */
function place(root: { document: unknown }, path: string): { parent: unknown; key: string } {
  if (path !== "" && !path.startsWith("/")) throw misfit(`invalid path: ${path}`);
  const keys = [
    "document",
    ...path
      .split("/")
      .slice(1)
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~")),
  ];
  let parent: unknown = root;
  for (const key of keys.slice(0, -1)) {
    parent = (parent as Record<string, unknown>)[key];
    if (!isRecord(parent) && !Array.isArray(parent)) throw misfit(`missing path: ${path}`);
  }
  return { parent, key: keys.at(-1)! };
}

function misfit(why: string): ApiError {
  return new ApiError(422, "Invalid", `the server rejected our request due to an error in our request: ${why}`, {});
}
