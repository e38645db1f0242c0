import type { KubeObject } from "../../model.ts";
import type { Resource } from "../registry/resource.ts";
import { forbiddenValue, invalidValue, requiredValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import { labelErrors, labelValueErrors, pathSegmentErrors, qualifiedNameErrors, subdomainErrors } from "./names.ts";

const nameRules = { label: labelErrors, subdomain: subdomainErrors, "path-segment": pathSegmentErrors };

/** Checks the name, labels and annotations of a draft. */
export function validateMetadata({ metadata }: KubeObject, resource: Resource): FieldError[] {
  if (!metadata.name) return [requiredValue("metadata.name", "name or generateName is required")];
  const names = nameRules[resource.names](metadata.name);
  return [
    ...names.map((why) => invalidValue("metadata.name", metadata.name, why)),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => labelPairErrors("metadata.labels", key, value)),
    ...Object.keys(metadata.annotations ?? {}).flatMap((key) =>
      qualifiedNameErrors(key.toLowerCase()).map((why) => invalidValue("metadata.annotations", key, why)),
    ),
  ];
}

/** Checks that nothing holds back an object that is already being deleted. */
export function validateMetadataUpdate({ metadata }: KubeObject, { metadata: old }: KubeObject): FieldError[] {
  if (!old.deletionTimestamp) return [];
  const added = (metadata.finalizers ?? []).filter((finalizer) => !old.finalizers?.includes(finalizer));
  if (added.length === 0) return [];
  const list = `[]string{${added.map((name) => JSON.stringify(name)).join(", ")}}`;
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [forbiddenValue("metadata.finalizers", why)];
}

/** Checks one label, or one pair of a selector's `matchLabels`. */
export function labelPairErrors(field: string, key: string, value: unknown): FieldError[] {
  const text = String(value);
  return [
    ...qualifiedNameErrors(key).map((why) => invalidValue(field, key, why)),
    ...labelValueErrors(text).map((why) => invalidValue(field, text, why)),
  ];
}
