import { ApiError } from "../../model.ts";
import type { KubeObject, Selection } from "../../model.ts";
import { rolesOf } from "./role-rules.ts";
import type { Rule } from "./role-rules.ts";
import type { User } from "./service-account-token.ts";

/** Something that somebody wants to do. */
export type Attempt =
  | { verb: string; path: string }
  | { verb: string; group: string; resource: string; subresource?: string; namespace?: string; name?: string };

export interface RoleReader {
  list(resource: string, selection?: Selection): KubeObject[];
  get(resource: string, name: string, namespace?: string): KubeObject | undefined;
}

const publicPaths = /^\/(healthz|livez|readyz|version)\/?$/;
const discoveryPaths = /^\/(api|apis|openapi|healthz|livez|readyz|version)(\/|$)/;
const reads = ["get", "list", "watch"];

/**
 * Says whether a user may do something: system:masters everything, service accounts of kube-system read everything, everybody
 * what the stored roles and bindings grant.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function isAllowed(user: User, attempt: Attempt, roles: RoleReader): boolean {
  if (user.groups.includes("system:masters")) return true;
  const known = user.groups.includes("system:authenticated");
  if ("path" in attempt)
    return reads.includes(attempt.verb) && (known ? discoveryPaths : publicPaths).test(attempt.path);
  if (known && isSelfReview(attempt)) return true;
  if (user.groups.includes("system:serviceaccounts:kube-system") && reads.includes(attempt.verb)) return true;
  return rolesOf(user, attempt.namespace, roles).some((rule) => grants(rule, attempt));
}

/** Gives the 403 that refuses an attempt. */
export function refusal(user: User, attempt: Attempt): ApiError {
  const who = `User "${user.name}" cannot ${attempt.verb}`;
  if ("path" in attempt) return new ApiError(403, "Forbidden", `forbidden: ${who} path "${attempt.path}"`, {});
  const { group, resource, subresource, namespace, name } = attempt;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const subject = name ? `${qualified} "${name}"` : qualified;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace "${namespace}"` : "at the cluster scope";
  const message = `${subject} is forbidden: ${who} resource "${what}" in API group "${group}" ${where}`;
  return new ApiError(403, "Forbidden", message, {
    ...(name && { name }),
    ...(group !== "" && { group }),
    kind: resource,
  });
}

function isSelfReview({ group, resource }: { group: string; resource: string }): boolean {
  return /^(authorization|authentication)\.k8s\.io$/.test(group) && resource.startsWith("selfsubject");
}

function grants(rule: Rule, attempt: Exclude<Attempt, { path: string }>): boolean {
  const { verb, group, resource, subresource, name } = attempt;
  const has = (list: string[] | undefined, value: string) => list?.includes(value) || list?.includes("*") || false;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const named = !rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name));
  return has(rule.verbs, verb) && has(rule.apiGroups, group) && has(rule.resources, what) && named;
}
