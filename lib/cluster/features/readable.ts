import { ApiFailure } from "../api-failure.ts";
import type { Cluster, KubeObject, ListOptions, ResourceKind } from "../cluster.ts";

/**
 * Lists objects that a run can do without: undefined when they may not be read, `[]` when there are none or the server does not know the
 * kind. Throws Diagnostic `broken` for every other failure.
 */
export async function listIfReadable(
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
