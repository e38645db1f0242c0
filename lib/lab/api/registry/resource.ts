import type { PrinterColumn } from "../table/custom-columns.ts";

/** One resource that the API server serves; everything that the generic code has to know about it. */
export interface Resource {
  /** Empty for the core group. */
  group: string;
  /** Served versions, the preferred (and stored) one first. */
  versions: string[];
  kind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  namespaced: boolean;
  /** `status`, `scale`, `log`, ...; `status` also means that the main resource cannot write status. */
  subresources: string[];
  /** `all` for what `kubectl get all` prints. */
  categories: string[];
  /** How metadata.name is checked. */
  names: NameRule;
  /** metadata.generation counts changes of spec. */
  generation: boolean;
  /** The body that answers a DELETE: the object that was deleted, or a Status. */
  deleteAnswer: "object" | "status";
  /** Field selectors beyond metadata.name and metadata.namespace, as dotted paths. */
  selectableFields: string[];
  /** The resource that really holds the objects, where the same objects are served twice (events). */
  storedAs?: string;
  /** The openAPIV3Schema of a custom resource, per version. */
  schemas?: Record<string, unknown>;
  /** What `kubectl get` shows of a custom resource. */
  printerColumns?: PrinterColumn[];
}

export type NameRule = "subdomain" | "label" | "path-segment";

/** Gives the name that RBAC and the store use: `pods`, `deployments.apps`. */
export function resourceName(resource: Pick<Resource, "group" | "plural">): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** Gives the preferred apiVersion: `v1`, `apps/v1`. */
export function apiVersionOf(resource: Pick<Resource, "group" | "versions">, version = resource.versions[0]): string {
  return resource.group === "" ? `${version}` : `${resource.group}/${version}`;
}
