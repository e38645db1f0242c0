import { isDeepStrictEqual } from "node:util";
import type { KubeObject, Store, WatchEvent } from "../../model.ts";
import { policyPod } from "./policy-world.ts";
import type { PolicyPod, PolicyWorld } from "./policy-world.ts";

/** One look at all that a cluster's policies speak of, shared by its nodes. */
export interface PolicyWatch {
  /** Gives everything as it is at this moment; the same object as long as nothing changes. */
  world(): PolicyWorld;
  /** Calls back after changes, those of a short while together. Returns the stop function. */
  subscribe(listener: () => void): () => void;
  /** Resolves when every change made so far has been told. */
  settled(): Promise<void>;
}

type WatchedStore = Pick<Store, "watch">;

/** Changes come in bursts: a namespace, its policies, a workload's pods and their addresses. */
const gatherMs = 20;

const watches = new WeakMap<WatchedStore, PolicyWatch>();

/** Gives the one watch of a store, opening it at first use. It lives as long as the store. */
export function watchPolicies(store: WatchedStore): PolicyWatch {
  const watch = watches.get(store) ?? openWatch(store);
  watches.set(store, watch);
  return watch;
}

function openWatch(store: WatchedStore): PolicyWatch {
  const pods = new Map<string, PolicyPod>();
  const namespaces = new Map<string, { name: string; labels: Record<string, string> }>();
  const policies = new Map<string, KubeObject>();
  const listeners = new Set<() => void>();
  let world: PolicyWorld | undefined;
  let gathering: PromiseWithResolvers<void> | undefined;

  const tell = (): void => {
    gathering?.resolve();
    gathering = undefined;
    for (const listener of listeners) listener();
  };
  const note = (): void => {
    world = undefined;
    if (gathering !== undefined) return;
    gathering = Promise.withResolvers<void>();
    setTimeout(tell, gatherMs);
  };
  /** Most events of pods and namespaces are about what no policy asks for. */
  const follow = <Item>(resource: string, items: Map<string, Item>, read: (object: KubeObject) => Item | undefined) =>
    store.watch(
      resource,
      ({ type, object }: WatchEvent) => {
        const { uid, namespace = "", name } = object.metadata;
        const key = uid ?? `${namespace}/${name}`;
        const item = type === "DELETED" ? undefined : read(object);
        if (isDeepStrictEqual(item, items.get(key))) return;
        if (item === undefined) items.delete(key);
        else items.set(key, item);
        note();
      },
      { replay: true },
    );

  follow("pods", pods, policyPod);
  follow(
    "networkpolicies.networking.k8s.io",
    policies,
    ({ apiVersion, kind, metadata: { name, namespace = "" }, spec }) => ({
      apiVersion,
      kind,
      metadata: { name, namespace },
      spec,
    }),
  );
  follow("namespaces", namespaces, ({ metadata: { name, labels = {} } }) => ({ name, labels }));
  return {
    world() {
      world ??= {
        pods: [...pods.values()],
        namespaces: new Map([...namespaces.values()].map(({ name, labels }) => [name, labels])),
        policies: [...policies.values()],
      };
      return world;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: () => gathering?.promise ?? Promise.resolve(),
  };
}
