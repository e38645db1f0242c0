import type { KubeObject, ResourceName, Store, WatchEvent } from "../../model.ts";
import { followViews } from "./view-map.ts";
import type { Viewer } from "./view-map.ts";
import type { View } from "./view.ts";
import { views as allViews } from "./views.ts";
import { openWindow } from "./window.ts";
import type { Window } from "./window.ts";

/** A store as a component sees it, for those that only watch. */
export interface DistortedWatch extends Pick<Store, "watch"> {
  /** Gives what the component sees of a resource; undefined where it sees what is there. */
  seen(resource: ResourceName): readonly KubeObject[] | undefined;
}

interface Opening {
  window: Window;
  listeners: Set<(event: WatchEvent) => void>;
}

/**
 * Gives a store as a component sees it: as it is, but for the views that the ConfigMap kube-system/lab-sabotage names for it. When a view comes or
 * goes, the component is told what has become different for it by that, as if it had happened. It follows the store as long as that lives.
 */
export function distortedWatch(
  store: Pick<Store, "watch">,
  viewer: Viewer,
  table: readonly View[] = allViews,
): DistortedWatch {
  const openings = new Map<ResourceName, Opening>();
  const around = { all: present, node: viewer.node };
  let views: readonly View[] = [];

  function open(resource: ResourceName): Opening {
    const known = openings.get(resource);
    if (known !== undefined) return known;
    const opening: Opening = { window: openWindow(resource), listeners: new Set() };
    openings.set(resource, opening);
    store.watch(resource, (event) => {
      if (opening.window.seen() === undefined) tell(opening, event);
      // Another resource's look may go by this one.
      if (views.length > 0) lookAgain();
    });
    return opening;
  }
  function lookAgain(): void {
    for (const [resource, opening] of openings) {
      const isClear = opening.window.seen() === undefined;
      if (isClear && !views.some(({ sees }) => sees?.[resource] !== undefined)) continue;
      for (const event of opening.window.look(views, present(resource), around)) tell(opening, event);
    }
  }
  function present(resource: ResourceName): KubeObject[] {
    const objects: KubeObject[] = [];
    store.watch(resource, ({ object }) => objects.push(object), { replay: true })();
    return objects;
  }

  followViews(store, viewer, table, (fresh) => {
    views = fresh;
    for (const resource of views.flatMap(({ sees }) => Object.keys(sees ?? {}))) open(resource);
    lookAgain();
  });
  return {
    seen: (resource) => openings.get(resource)?.window.seen(),
    watch(resource, listener, options) {
      const { window, listeners } = open(resource);
      if (options?.replay === true) {
        for (const object of window.seen() ?? present(resource)) listener({ type: "ADDED", object });
      }
      const own = (event: WatchEvent): void => listener(event);
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}

function tell({ listeners }: Opening, event: WatchEvent): void {
  for (const listener of listeners) listener(event);
}
