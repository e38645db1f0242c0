import type { KubeObject } from "../../model.ts";

/** Gives an object's metadata alone. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
export function partialForm({ metadata }: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

/** Gives the metadata of many objects. */
export function partialList(objects: KubeObject[], metadata: object): object {
  return { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata, items: objects.map(partialForm) };
}
