import { ApiError } from "../model.ts";
import { resourceName } from "./registry/resource.ts";
import type { Resource } from "./registry/resource.ts";

/** One reason why a field was refused; `message` begins with the kind of mistake: `Invalid value: ...`. */
export interface FieldError {
  reason:
    | "FieldValueInvalid"
    | "FieldValueRequired"
    | "FieldValueForbidden"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueNotFound";
  message: string;
  field: string;
}

export function notFound(resource: Named, name: string): ApiError {
  return new ApiError(404, "NotFound", `${resourceName(resource)} "${name}" not found`, about(resource, name));
}

export function alreadyExists(resource: Named, name: string): ApiError {
  const message = `${resourceName(resource)} "${name}" already exists`;
  return new ApiError(409, "AlreadyExists", message, about(resource, name));
}

export function conflict(resource: Named, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": ${why}`;
  return new ApiError(409, "Conflict", message, about(resource, name));
}

/** The object changed since its resourceVersion was read. */
export function staleVersion(resource: Named, name: string): ApiError {
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return conflict(resource, name, why);
}

/** With an empty name the message speaks of the resource as a whole. */
export function forbidden(resource: Named, name: string, why: string, causes?: unknown[]): ApiError {
  const subject = name === "" ? resourceName(resource) : `${resourceName(resource)} "${name}"`;
  const details = { ...about(resource, name), ...(causes && { causes }) };
  return new ApiError(403, "Forbidden", `${subject} is forbidden: ${why}`, details);
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

/** Gathers all refused fields into one 422. */
export function invalid(resource: Pick<Resource, "group" | "kind">, name: string, errors: FieldError[]): ApiError {
  const subject = resource.group === "" ? resource.kind : `${resource.kind}.${resource.group}`;
  const texts = errors.map((error) => `${error.field}: ${error.message}`);
  const text = texts.length === 1 ? `${texts[0]}` : `[${texts.join(", ")}]`;
  return new ApiError(422, "Invalid", `${subject} "${name}" is invalid: ${text}`, {
    ...(name !== "" && { name }),
    ...(resource.group !== "" && { group: resource.group }),
    kind: resource.kind,
    causes: errors,
  });
}

export function invalidValue(field: string, value: unknown, why: string): FieldError {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}

export function requiredValue(field: string, why = ""): FieldError {
  return { reason: "FieldValueRequired", message: why === "" ? "Required value" : `Required value: ${why}`, field };
}

export function forbiddenValue(field: string, why: string): FieldError {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${why}`, field };
}

export function duplicateValue(field: string, value: unknown): FieldError {
  return { reason: "FieldValueDuplicate", message: `Duplicate value: ${JSON.stringify(value)}`, field };
}

export function unsupportedValue(field: string, value: unknown, supported: string[]): FieldError {
  const list = supported.toSorted().map((item) => JSON.stringify(item));
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list.join(", ")}`;
  return { reason: "FieldValueNotSupported", message, field };
}

/** Gives the Status body of a refused call. */
export function statusBody(error: ApiError): Record<string, unknown> {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: error.message,
    reason: error.reason,
    ...(error.details && { details: error.details }),
    code: error.code,
  };
}

type Named = Pick<Resource, "group" | "plural">;

function about({ group, plural }: Named, name: string): Record<string, unknown> {
  return { ...(name !== "" && { name }), ...(group !== "" && { group }), kind: plural };
}
