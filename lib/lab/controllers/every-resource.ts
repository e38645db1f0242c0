import { builtinResources } from "../api/registry/builtin.ts";
import { resourceName } from "../api/registry/resource.ts";
import type { KubeObject, ResourceName, Store, WatchEvent } from "../model.ts";

/** What the controllers need to know about a resource of which they know nothing else. */
export interface KnownResource {
  resource: ResourceName;
  group: string;
  kind: string;
  namespaced: boolean;
}

const definitions = "customresourcedefinitions.apiextensions.k8s.io";

/** The changes of every object that the store holds. */
export interface EveryResource {
  /** Resources with their own objects: built-in ones, then custom ones. */
  all(): KnownResource[];
  stop(): void;
}

/**
 * Watches all resources of the store, those of CustomResourceDefinitions included as they come, beginning with an ADDED for each
 * object that exists.
 */
export function watchEveryResource(
  store: Store,
  listener: (known: KnownResource, event: WatchEvent) => void,
): EveryResource {
  const known = new Map<ResourceName, KnownResource>();
  const stops = new Map<ResourceName, () => void>();

  function follow(resource: KnownResource): void {
    if (known.has(resource.resource)) return;
    const stop = store.watch(
      resource.resource,
      (event) => {
        if (resource.resource === definitions) followCustom(event);
        listener(resource, event);
      },
      { replay: true },
    );
    known.set(resource.resource, resource);
    stops.set(resource.resource, stop);
  }

  // The API server serves a custom resource from the moment when its definition is stored.
  function followCustom({ type, object }: WatchEvent): void {
    const custom = customResource(object);
    if (type !== "DELETED") return follow(custom);
    stops.get(custom.resource)?.();
    stops.delete(custom.resource);
    known.delete(custom.resource);
  }

  for (const resource of builtinResources) {
    if (resource.storedAs === undefined) follow({ ...resource, resource: resourceName(resource) });
  }

  return {
    all: () => [...known.values()],
    stop() {
      for (const stop of stops.values()) stop();
    },
  };
}

function customResource({ spec }: KubeObject): KnownResource {
  return {
    resource: `${spec.names.plural}.${spec.group}`,
    group: spec.group,
    kind: spec.names.kind,
    namespaced: spec.scope === "Namespaced",
  };
}
