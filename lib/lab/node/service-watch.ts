import type { Family } from "../../base/family.ts";
import type { KubeObject, Store } from "../model.ts";
import { servicePorts } from "./service-ports.ts";
import type { ServicePort } from "./service-ports.ts";

/** All ports of one family of all Services of a cluster at one moment, by key. A port that did not change is the same object as before. */
export type ServicePorts = ReadonlyMap<string, ServicePort>;

/** One look at a cluster's Services, shared by the proxies of all its nodes. */
export interface ServiceWatch {
  /** Calls back with the present state at once, and after changes, those of a short while together. Returns the stop function. */
  subscribe(listener: (ports: ServicePorts) => void): () => void;
  /** Resolves when every change made so far has been handed out. */
  settled(): Promise<void>;
}

type WatchedStore = Pick<Store, "watch">;

/** Changes come in bursts: a Service, its slice, the slice's endpoints. */
const gatherMs = 20;

const watches = new WeakMap<WatchedStore, Map<Family, ServiceWatch>>();

/** Gives the one watch of a store for a family, opening it at first use. It lives as long as the store. */
export function watchServices(store: WatchedStore, family: Family): ServiceWatch {
  const ofStore = watches.get(store) ?? new Map<Family, ServiceWatch>();
  watches.set(store, ofStore);
  const watch = ofStore.get(family) ?? openWatch(store, family);
  ofStore.set(family, watch);
  return watch;
}

function openWatch(store: WatchedStore, family: Family): ServiceWatch {
  const services = new Map<string, KubeObject>();
  const slices = new Map<string, Map<string, KubeObject>>();
  const portsOf = new Map<string, ServicePort[]>();
  const changed = new Set<string>();
  const listeners = new Set<(ports: ServicePorts) => void>();
  let ports: ServicePorts = new Map();
  let gathering: PromiseWithResolvers<void> | undefined;

  const handOut = (): void => {
    for (const key of changed) {
      const service = services.get(key);
      const fresh = service === undefined ? [] : servicePorts(service, [...(slices.get(key)?.values() ?? [])], family);
      portsOf.set(key, keepUnchanged(fresh, portsOf.get(key) ?? []));
      if (service === undefined) portsOf.delete(key);
    }
    changed.clear();
    ports = new Map([...portsOf.values()].flat().map((port) => [port.key, port]));
    for (const listener of listeners) listener(ports);
    gathering?.resolve();
    gathering = undefined;
  };
  const note = (key: string): void => {
    changed.add(key);
    if (gathering !== undefined) return;
    gathering = Promise.withResolvers<void>();
    setTimeout(handOut, gatherMs);
  };

  store.watch(
    "services",
    ({ type, object }) => {
      const key = `${object.metadata.namespace}/${object.metadata.name}`;
      if (type === "DELETED") services.delete(key);
      else services.set(key, object);
      note(key);
    },
    { replay: true },
  );
  store.watch(
    "endpointslices.discovery.k8s.io",
    ({ type, object }) => {
      const key = `${object.metadata.namespace}/${object.metadata.labels?.["kubernetes.io/service-name"]}`;
      const ofService = slices.get(key) ?? new Map<string, KubeObject>();
      slices.set(key, ofService);
      if (type === "DELETED") ofService.delete(object.metadata.name);
      else ofService.set(object.metadata.name, object);
      if (ofService.size === 0) slices.delete(key);
      note(key);
    },
    { replay: true },
  );
  return {
    subscribe(listener) {
      listeners.add(listener);
      listener(ports);
      return () => listeners.delete(listener);
    },
    settled: () => gathering?.promise ?? Promise.resolve(),
  };
}

function keepUnchanged(fresh: ServicePort[], known: ServicePort[]): ServicePort[] {
  return fresh.map((port) => known.find((one) => JSON.stringify(one) === JSON.stringify(port)) ?? port);
}
