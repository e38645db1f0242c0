import type { KubeObject } from "../model.ts";

type Metadata = KubeObject["metadata"];

/** Gives a copy without what JSON leaves out, so that a written `undefined` is an absent field. */
export function copyOf(object: KubeObject): KubeObject {
  const copy = JSON.parse(JSON.stringify(object)) as KubeObject;
  const given = Object.entries(copy.metadata ?? {}).filter(([, value]) => value !== null);
  copy.metadata = { name: "", ...Object.fromEntries(given) };
  if (copy["status"] === null) delete copy["status"];
  return copy;
}

/** Makes a name from metadata.generateName where there is none. */
export function nameFromPrefix({ metadata }: KubeObject): void {
  if (metadata.name || !metadata.generateName) return;
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  const suffix = Array.from({ length: 5 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join("");
  metadata.name = `${metadata.generateName.slice(0, 58)}${suffix}`;
}

/** Gives the part of the metadata that clients write. */
export function withoutSystemFields(metadata: Metadata): Metadata {
  const kept = Object.entries(metadata).filter(([field]) => !systemFields.has(field));
  return { name: metadata.name, ...Object.fromEntries(kept) };
}

/** Gives a draft the server's part of the metadata of the object that it replaces. */
export function keepSystemFields(draft: KubeObject, { metadata: old }: KubeObject): void {
  const kept = Object.entries(old).filter(([field]) => systemFields.has(field));
  const managedFields = draft.metadata.managedFields ?? old.managedFields;
  draft.metadata = {
    ...withoutSystemFields(draft.metadata),
    ...Object.fromEntries(kept),
    ...(managedFields && { managedFields }),
  };
}

/** Makes a draft the old object again but for its status. */
export function replaceAllButStatus(draft: KubeObject, old: KubeObject): void {
  const { status } = draft;
  const { managedFields } = draft.metadata;
  for (const field of Object.keys(draft)) delete draft[field];
  Object.assign(draft, copyOf(old));
  setStatus(draft, status);
  if (managedFields) draft.metadata.managedFields = managedFields;
}

export function setStatus(draft: KubeObject, status: unknown): void {
  if (status === undefined) delete draft["status"];
  else draft["status"] = status;
}

/** Gives what metadata.generation counts the changes of: everything but metadata and status. */
export function specOf({ metadata: _metadata, status: _status, ...rest }: KubeObject): unknown {
  return rest;
}

const systemFields = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
]);
