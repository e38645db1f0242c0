import { labelSelector } from "../../api/select/label-selector.ts";
import { storageKey } from "../../api/storage.ts";
import type { KubeObject, ResourceName, Selection, Store } from "../../model.ts";
import { distortedWatch } from "./distorted-watch.ts";
import type { Viewer } from "./view-map.ts";
import type { View } from "./view.ts";
import { views as allViews } from "./views.ts";

/** Gives a whole store as a component sees it: what it reads and is told is distorted, what it writes is not. @see distortedWatch */
export function distortedStore(store: Store, viewer: Viewer, table: readonly View[] = allViews): Store {
  const { watch, seen } = distortedWatch(store, viewer, table);
  const asSeen = (resource: ResourceName, object: KubeObject): KubeObject | undefined => {
    const shown = seen(resource);
    return shown === undefined ? object : shown.find((one) => storageKey(one) === storageKey(object));
  };
  return {
    ...store,
    watch,
    get: (resource, name, namespace) =>
      seen(resource) === undefined
        ? store.get(resource, name, namespace)
        : seen(resource)?.find(({ metadata }) => metadata.name === name && isIn(metadata, namespace)),
    list(resource, selection = {}) {
      const shown = seen(resource);
      if (shown === undefined) return store.list(resource, selection);
      const there = new Set(store.list(resource).map(storageKey));
      const chosen = new Set(store.list(resource, selection).map(storageKey));
      return shown.filter((object) =>
        there.has(storageKey(object)) ? chosen.has(storageKey(object)) : isChosen(object, selection),
      );
    },
    modify(resource, ...rest) {
      const written = store.modify(resource, ...rest);
      return written === undefined ? undefined : (asSeen(resource, written) ?? written);
    },
  };
}

function isIn(metadata: { namespace?: string }, namespace: string | undefined): boolean {
  return metadata.namespace === undefined || metadata.namespace === namespace;
}

/** Fields of what is not there are nobody's to choose by. */
function isChosen({ metadata }: KubeObject, { namespace, labelSelector: labels }: Selection): boolean {
  return isIn(metadata, namespace || metadata.namespace) && (!labels || labelSelector(labels)(metadata.labels));
}
