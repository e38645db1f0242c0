import type { KubeObject } from "../../model.ts";
import { forbiddenValue, invalidValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import type { Strategy } from "./strategy.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/config-map-v1/ */
export const configMapStrategy: Strategy = {
  validate: (draft) => [...keyErrors(draft, "data"), ...keyErrors(draft, "binaryData")],
  validateUpdate: fixedWhenImmutable,
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/ */
export const secretStrategy: Strategy = {
  defaults(draft) {
    draft["type"] ??= "Opaque";
    for (const [key, text] of Object.entries<string>(draft["stringData"] ?? {})) {
      draft["data"] = { ...draft["data"], [key]: Buffer.from(text).toString("base64") };
    }
    delete draft["stringData"];
  },
  validate: (draft) => keyErrors(draft, "data"),
  validateUpdate(draft, old, context) {
    const errors = fixedWhenImmutable(draft, old);
    if (draft["type"] !== old["type"]) errors.push(invalidValue("type", draft["type"], "field is immutable"));
    return context.resource.kind === "Secret" ? errors : [];
  },
};

function keyErrors(draft: KubeObject, field: string): FieldError[] {
  const why =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', " +
    "regex used for validation is '[-._a-zA-Z0-9]+')";
  const wrong = Object.keys(draft[field] ?? {}).filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key));
  return wrong.map((key) => invalidValue(`${field}[${key}]`, key, why));
}

function fixedWhenImmutable(draft: KubeObject, old: KubeObject): FieldError[] {
  if (!old["immutable"]) return [];
  const fields = ["data", "binaryData", "immutable"];
  return fields
    .filter((field) => JSON.stringify(draft[field]) !== JSON.stringify(old[field]))
    .map((field) => forbiddenValue(field, "field is immutable when `immutable` is set"));
}
