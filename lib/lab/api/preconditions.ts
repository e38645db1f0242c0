import type { KubeObject } from "../model.ts";
import type { Resource } from "./registry/resource.ts";
import { conflict, staleVersion } from "./status-errors.ts";

interface Conditions {
  uid?: string;
  resourceVersion?: string;
}

/** Refuses (409) a write that is meant for another object of the same name, or for an older version of it. */
export function checkPreconditions(
  resource: Resource,
  { metadata }: KubeObject,
  { uid, resourceVersion }: Conditions,
): void {
  if (uid && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(resource, metadata.name, why);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) throw staleVersion(resource, metadata.name);
}

/** Refuses (409) a deletion that is meant for another object of the same name, or for an older version of it. */
export function checkDeletePreconditions(resource: Resource, { metadata }: KubeObject, asked: Conditions): void {
  const why = (what: string, wanted: string, found: string | undefined) =>
    `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). ` +
    "The object might have been deleted and then recreated";
  if (asked.uid && asked.uid !== metadata.uid) {
    throw conflict(resource, metadata.name, why("UID", asked.uid, metadata.uid));
  }
  if (asked.resourceVersion && asked.resourceVersion !== metadata.resourceVersion) {
    throw conflict(resource, metadata.name, why("ResourceVersion", asked.resourceVersion, metadata.resourceVersion));
  }
}
