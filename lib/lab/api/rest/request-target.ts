import type { Registry } from "../registry/registry.ts";
import type { Resource } from "../registry/resource.ts";

/** What a URL speaks of. */
export interface RequestTarget {
  resource: Resource;
  version: string;
  namespace?: string;
  /** Without a name it is the whole collection. */
  name?: string;
  subresource?: string;
}

/**
 * Reads `/api/VERSION/...` and `/apis/GROUP/VERSION/...`; undefined for every path that leads to no resource.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
export function requestTarget(path: string, registry: Registry): RequestTarget | undefined {
  const segments = path.split("/").slice(1).map(decodeURIComponent);
  if (segments.at(-1) === "") segments.pop();
  const [root, ...rest] = segments;
  if (root !== "api" && root !== "apis") return undefined;
  const group = root === "api" ? "" : (rest.shift() ?? "");
  const [version = "", ...below] = rest;
  const inNamespace = below[0] === "namespaces" && below.length > 2 && !isOfNamespace(below[2]!, group);
  const [plural = "", name, subresource, ...surplus] = inNamespace ? below.slice(2) : below;
  const resource = registry.served(group, version, plural);
  if (!resource || surplus.length > 0 || (inNamespace && !resource.namespaced)) return undefined;
  // Objects of a namespace have no path without it, only their list across all namespaces has.
  if (resource.namespaced && !inNamespace && name !== undefined) return undefined;
  if (subresource !== undefined && !resource.subresources.includes(subresource)) return undefined;
  return {
    resource,
    version,
    ...(inNamespace && { namespace: below[1]! }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
}

/** `/api/v1/namespaces/x/status` is of the namespace x, not of something named "status" in it. */
function isOfNamespace(segment: string, group: string): boolean {
  return group === "" && (segment === "status" || segment === "finalize");
}
