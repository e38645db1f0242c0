import type { IncomingMessage } from "node:http";
import type { Attempt } from "../identity/authorize.ts";
import { isSet } from "./call.ts";
import type { RequestTarget } from "./request-target.ts";
import type { ReviewKind } from "./reviews.ts";

const verbs: Record<string, string> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  GET: "get",
  HEAD: "get",
  DELETE: "delete",
};

/** Gives what a request asks to be allowed, in the words of RBAC. */
export function attemptOf(
  request: IncomingMessage,
  url: URL,
  target: RequestTarget | undefined,
  review?: ReviewKind,
): Attempt {
  const method = verbs[request.method ?? "GET"] ?? "get";
  if (review) return { verb: method, group: review.group, resource: review.plural };
  if (!target) return { verb: method, path: url.pathname };
  const { resource, namespace, name, subresource } = target;
  return {
    verb: verbOf(method, name, isSet(url.searchParams, "watch")),
    group: resource.group,
    resource: resource.plural,
    ...(subresource && { subresource }),
    // A namespace is also in itself.
    ...(namespace ? { namespace } : resource.plural === "namespaces" && name ? { namespace: name } : {}),
    ...(name && { name }),
  };
}

function verbOf(method: string, name: string | undefined, watches: boolean): string {
  if (method === "get" && watches) return "watch";
  if (name !== undefined) return method;
  if (method === "get") return "list";
  return method === "delete" ? "deletecollection" : method;
}
