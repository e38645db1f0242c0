import type { KubeObject } from "../../model.ts";
import { apiVersionOf } from "../registry/resource.ts";
import type { Resource } from "../registry/resource.ts";
import { badRequest } from "../status-errors.ts";

/**
 * Compiles a field selector (`spec.nodeName=x,status.phase!=Running`) for one resource.
 *
 * An absent field counts as empty. Throws a 400 ApiError for a text that is no selector, and for a field that the resource
 * does not let select.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export function fieldSelector(text: string, resource: Resource): (object: KubeObject) => boolean {
  const terms = text.split(",").filter((term) => term.trim() !== "");
  const requirements = terms.map((term) => {
    const match = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(term);
    if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    const [, field, operator, value] = match;
    if (!selectable(resource, field!)) throw unsupported(resource, text, field!);
    return (object: KubeObject) => (fieldText(object, field!) === value) === (operator !== "!=");
  });
  return (object) => requirements.every((matches) => matches(object));
}

function selectable(resource: Resource, field: string): boolean {
  if (field === "metadata.name") return true;
  return (field === "metadata.namespace" && resource.namespaced) || resource.selectableFields.includes(field);
}

function unsupported(resource: Resource, text: string, field: string): Error {
  const group = apiVersionOf(resource).includes("/") ? apiVersionOf(resource) : `/${apiVersionOf(resource)}`;
  return badRequest(
    `Unable to find "${group}, Resource=${resource.plural}" that match label selector "", field selector "${text}": ` +
      `field label not supported: ${field}`,
  );
}

function fieldText(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const step of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[step];
  if (path === "source") value = (value as { component?: string } | undefined)?.component;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : emptyText(path);
}

function emptyText(path: string): string {
  return path === "spec.unschedulable" || path === "spec.hostNetwork" ? "false" : "";
}
