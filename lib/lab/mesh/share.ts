import { storageKey } from "../api/storage.ts";
import { splitKey } from "../controllers/object-key.ts";
import { createReconcileQueue } from "../controllers/reconcile-queue.ts";
import type { Log } from "../controllers/reconcile-queue.ts";
import type { Store } from "../model.ts";
import { sharedFacts } from "./shared-facts.ts";
import type { SharedFacts } from "./shared-facts.ts";

/** What one cluster shares, kept up to date. */
export interface Shared {
  /** By `namespace/name`; the same object as before while nothing about it changed. */
  of(key: string): SharedFacts | undefined;
  keys(): Iterable<string>;
  /** Calls back after each change. Returns the stop function. */
  subscribe(listener: (key: string) => void): () => void;
}

/** Begins to share what a cluster's store says is to be shared, as its clustermesh-apiserver does. It lives as long as the store. */
export function startSharing(store: Store, cluster: string, log: Log): Shared {
  const facts = new Map<string, SharedFacts>();
  const listeners = new Set<(key: string) => void>();
  const queue = createReconcileQueue("mesh: sharing", reconcile, log);

  function reconcile(key: string): void {
    const { namespace = "", name } = splitKey(key);
    const fresh = sharedFacts(store, cluster, namespace, name);
    if (JSON.stringify(fresh) === JSON.stringify(facts.get(key))) return;
    if (fresh === undefined) facts.delete(key);
    else facts.set(key, fresh);
    for (const listener of listeners) listener(key);
  }

  store.watch("services", ({ object }) => queue.add(storageKey(object)), { replay: true });
  store.watch("endpointslices.discovery.k8s.io", ({ object: { metadata } }) => {
    const service = metadata.labels?.["kubernetes.io/service-name"];
    if (service !== undefined) queue.add(`${metadata.namespace}/${service}`);
  });
  store.watch("namespaces", ({ object: { metadata } }) => {
    for (const service of store.list("services", { namespace: metadata.name })) queue.add(storageKey(service));
  });
  return {
    of: (key) => facts.get(key),
    keys: () => facts.keys(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
