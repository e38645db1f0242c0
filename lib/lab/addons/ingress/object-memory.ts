import type { ApiObject } from "../api-object.ts";
import { keyOf } from "./own-ingresses.ts";

/** The resources that the controller follows. */
export type WatchedKind = "ingresses" | "ingressclasses" | "services" | "endpointslices" | "secrets";

/** The cluster's objects, as far as they are known. Keys are `namespace/name`. */
export interface ObjectMemory {
  ingresses(): Iterable<ApiObject>;
  ingressClasses(): Iterable<ApiObject>;
  service(key: string): ApiObject | undefined;
  secret(key: string): ApiObject | undefined;
  /** The slices of a Service. */
  slices(serviceKey: string): ApiObject[];
  /** Takes a whole list in the place of all objects of a kind. */
  replace(kind: WatchedKind, objects: ApiObject[]): void;
  put(kind: WatchedKind, object: ApiObject): void;
  remove(kind: WatchedKind, object: ApiObject): void;
}

/** Creates an empty memory. */
export function createObjectMemory(): ObjectMemory {
  const kept: Record<WatchedKind, Map<string, ApiObject>> = {
    ingresses: new Map(),
    ingressclasses: new Map(),
    services: new Map(),
    endpointslices: new Map(),
    secrets: new Map(),
  };
  const slicesByService = new Map<string, Map<string, ApiObject>>();

  function put(kind: WatchedKind, object: ApiObject): void {
    remove(kind, object);
    kept[kind].set(keyOf(object), object);
    if (kind !== "endpointslices") return;
    const owner = ownerOf(object);
    slicesByService.set(owner, (slicesByService.get(owner) ?? new Map()).set(keyOf(object), object));
  }

  function remove(kind: WatchedKind, object: ApiObject): void {
    const key = keyOf(object);
    const old = kept[kind].get(key);
    kept[kind].delete(key);
    if (kind !== "endpointslices" || old === undefined) return;
    const siblings = slicesByService.get(ownerOf(old));
    siblings?.delete(key);
    if (siblings?.size === 0) slicesByService.delete(ownerOf(old));
  }

  return {
    put,
    remove,
    replace(kind, objects) {
      for (const object of kept[kind].values()) remove(kind, object);
      for (const object of objects) put(kind, object);
    },
    ingresses: () => kept.ingresses.values(),
    ingressClasses: () => kept.ingressclasses.values(),
    service: (key) => kept.services.get(key),
    secret: (key) => kept.secrets.get(key),
    slices: (serviceKey) => [...(slicesByService.get(serviceKey)?.values() ?? [])],
  };
}

function ownerOf({ metadata }: ApiObject): string {
  return `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`;
}
