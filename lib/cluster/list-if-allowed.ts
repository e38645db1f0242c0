import { ApiFailure } from "./api-failure.ts";
import type { Cluster, KubeObject, ListOptions, ResourceKind } from "./cluster.ts";

/** Lists objects; undefined when the user may not. Throws Diagnostic `broken` for any other failure. */
export async function listIfAllowed(
  cluster: Cluster,
  kind: ResourceKind,
  options: ListOptions = {},
): Promise<KubeObject[] | undefined> {
  try {
    return await cluster.list(kind, options);
  } catch (error) {
    if (error instanceof ApiFailure && error.failure === "forbidden") return undefined;
    throw error;
  }
}
