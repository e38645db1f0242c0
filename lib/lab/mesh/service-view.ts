import { isDeepStrictEqual } from "node:util";
import { storageKey } from "../api/storage.ts";
import type { KubeObject, Store, WatchEvent } from "../model.ts";
import { affinityOf, isGlobal } from "./global-service.ts";
import type { RemoteClusters } from "./mesh.ts";
import { managedByLabel, meshSliceManager, serviceNameLabel, sliceResource, sourceClusterLabel } from "./mesh-names.ts";
import type { SharedService } from "./shared-facts.ts";

/**
 * Gives a store as the proxies of a cluster in a mesh see it: to the EndpointSlices of a global Service come those of other clusters'
 * backends, and of both only those are there that the Service's affinity lets clients of this cluster use now. All else is the store's.
 *
 * Affinity is decided for a Service as a whole. As Cilium does, `local` leaves the cluster when none of its own endpoints is ready, and
 * `remote` comes home when no other cluster has a backend.
 */
export function serviceView(store: Pick<Store, "watch">, remote: RemoteClusters): Pick<Store, "watch"> {
  const services = new Map<string, KubeObject>();
  const namespaces = new Map<string, KubeObject>();
  const local = new Map<string, Map<string, KubeObject>>();
  const shown = new Map<string, Map<string, KubeObject>>();
  const listeners = new Set<(event: WatchEvent) => void>();

  function show(key: string): void {
    const before = shown.get(key) ?? new Map<string, KubeObject>();
    const after = new Map(wanted(key).map((slice) => [slice.metadata.name, slice]));
    if (after.size > 0) shown.set(key, after);
    else shown.delete(key);
    for (const [name, object] of after) {
      const known = before.get(name);
      if (known === undefined) tell({ type: "ADDED", object });
      else if (known !== object && !isDeepStrictEqual(known, object)) tell({ type: "MODIFIED", object });
    }
    for (const [name, object] of before) if (!after.has(name)) tell({ type: "DELETED", object });
  }
  function tell(event: WatchEvent): void {
    for (const listener of listeners) listener(event);
  }
  function wanted(key: string): KubeObject[] {
    const own = [...(local.get(key)?.values() ?? [])];
    const service = services.get(key);
    if (service === undefined || !isGlobal(service, namespaces.get(service.metadata.namespace ?? ""))) return own;
    const others = remote.services(key).flatMap((shared) => slicesOf(service, shared));
    const affinity = affinityOf(service);
    if (affinity === "local" && own.some(hasReadyEndpoint)) return own;
    if (affinity === "remote" && others.length > 0) return others;
    return [...own, ...others];
  }

  store.watch(
    "namespaces",
    ({ object }) => {
      namespaces.set(object.metadata.name, object);
      for (const [key, { metadata }] of services) if (metadata.namespace === object.metadata.name) show(key);
    },
    { replay: true },
  );
  store.watch(
    "services",
    ({ type, object }) => {
      const key = storageKey(object);
      if (type === "DELETED") services.delete(key);
      else services.set(key, object);
      show(key);
    },
    { replay: true },
  );
  store.watch(
    sliceResource,
    ({ type, object }) => {
      const { labels, name, namespace } = object.metadata;
      if (labels?.[managedByLabel] === meshSliceManager) return;
      const key = `${namespace}/${labels?.[serviceNameLabel]}`;
      const ofService = local.get(key) ?? new Map<string, KubeObject>();
      if (type === "DELETED") ofService.delete(name);
      else ofService.set(name, object);
      if (ofService.size > 0) local.set(key, ofService);
      else local.delete(key);
      show(key);
    },
    { replay: true },
  );
  remote.subscribe(show);
  return {
    watch(resource, listener, options) {
      if (resource !== sliceResource) return store.watch(resource, listener, options);
      if (options?.replay === true) {
        for (const ofService of shown.values()) {
          for (const object of ofService.values()) listener({ type: "ADDED", object });
        }
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function slicesOf(service: KubeObject, { cluster, backends }: SharedService): KubeObject[] {
  const { name, namespace = "" } = service.metadata;
  return backends.map(({ addressType, ports, endpoints }, index) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      // No object of the store can be named so.
      name: `${name}@${cluster}/${index}`,
      namespace,
      labels: { [serviceNameLabel]: name, [sourceClusterLabel]: cluster },
    },
    addressType,
    ports,
    endpoints: endpoints.map(({ address }) => ({
      addresses: [address],
      conditions: { ready: true, serving: true, terminating: false },
    })),
  }));
}

function hasReadyEndpoint(slice: KubeObject): boolean {
  const endpoints: { conditions?: { ready?: boolean } }[] = slice["endpoints"] ?? [];
  return endpoints.some(({ conditions }) => conditions?.ready !== false);
}
