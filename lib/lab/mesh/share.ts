import { storageKey } from "../api/storage.ts";
import { splitKey } from "../controllers/object-key.ts";
import { createReconcileQueue } from "../controllers/reconcile-queue.ts";
import type { Log } from "../controllers/reconcile-queue.ts";
import type { LabCluster, Store } from "../model.ts";
import { exportResource, serviceNameLabel, sliceResource } from "./mesh-names.ts";
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
export function startSharing(store: Store, cluster: LabCluster, log: Log): Shared {
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
  store.watch(sliceResource, ({ object: { metadata } }) => {
    const service = metadata.labels?.[serviceNameLabel];
    if (service !== undefined) queue.add(`${metadata.namespace}/${service}`);
  });
  store.watch("namespaces", ({ object: { metadata } }) => {
    for (const service of store.list("services", { namespace: metadata.name })) queue.add(storageKey(service));
  });
  if (cluster.mesh?.serviceExports) {
    store.watch(exportResource, ({ object }) => queue.add(storageKey(object)), { replay: true });
  }
  return {
    of: (key) => facts.get(key),
    keys: () => facts.keys(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
