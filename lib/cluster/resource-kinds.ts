import { fieldOf, listOf, textOf } from "../base/open-record.ts";
import { ApiFailure } from "./api-failure.ts";
import type { ResourceKind } from "./cluster.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Transport } from "./transport.ts";

export interface ResourceAddress {
  /** `/apis/apps/v1` */
  root: string;
  plural: string;
  namespaced: boolean;
}

/** Finds where a kind lives in the API; undefined for a kind that the server does not know. Throws ApiFailure. */
export type FindResource = (kind: ResourceKind) => Promise<ResourceAddress | undefined>;

/**
 * Creates a finder that asks the server once per group and version; callers at the same time share one request. What is not found
 * is asked for again the next time: a resource definition may have been installed meanwhile.
 */
export function createResourceFinder(transport: Transport): FindResource {
  const known = new Map<string, Promise<Map<string, ResourceAddress>>>();
  const discover = (apiVersion: string): Promise<Map<string, ResourceAddress>> => {
    const found = known.get(apiVersion) ?? readResources(transport, apiVersion);
    known.set(apiVersion, found);
    return found;
  };
  return async ({ apiVersion, kind }) => {
    try {
      const address = (await discover(apiVersion)).get(kind);
      if (address === undefined) known.delete(apiVersion);
      return address;
    } catch (error) {
      known.delete(apiVersion);
      throw error;
    }
  };
}

async function readResources(transport: Transport, apiVersion: string): Promise<Map<string, ResourceAddress>> {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const request = { method: "GET", path: root } as const;
  try {
    const answer = parseAnswer(transport, request, await transport.send(request));
    const resources = listOf(answer, "resources")
      .map((item) => ({
        kind: textOf(item, "kind") ?? "",
        plural: textOf(item, "name") ?? "/",
        namespaced: fieldOf(item, "namespaced") === true,
      }))
      // `pods/status` and its like are of the same kind and not addressed on their own.
      .filter(({ plural }) => !plural.includes("/"));
    return new Map(resources.map(({ kind, plural, namespaced }) => [kind, { root, plural, namespaced }]));
  } catch (error) {
    if (error instanceof ApiFailure && error.failure === "not-found") return new Map();
    throw error;
  }
}
