import { storageKey } from "../../api/storage.ts";
import type { ApiAccess } from "../../addons/api-access.ts";
import type { ApiObject } from "../../addons/api-object.ts";
import { watchResource } from "../../addons/watch-resource.ts";
import type { ResourceListener } from "../../addons/watch-resource.ts";
import type { KubeObject, ResourceName } from "../../model.ts";
import { viewMap, viewsOf } from "./view-map.ts";
import type { Viewer } from "./view-map.ts";
import type { Manner, View } from "./view.ts";
import { views as allViews } from "./views.ts";
import { openWindow } from "./window.ts";
import type { Window } from "./window.ts";

/** The resources of a cluster as a component sees them that follows them over the network. */
export interface DistortedResources {
  /** As watchResource: what the listener is told of is distorted. */
  watch(path: string, listener: ResourceListener, signal: AbortSignal): Promise<void>;
  /** How the component answers at this moment. */
  manner(): Manner;
}

interface Opening {
  window: Window;
  /** What is there, by its key. */
  there: Map<string, KubeObject>;
  listener: ResourceListener;
}

/**
 * Follows the resources of a cluster over the network for a component, distorted by the views that the ConfigMap kube-system/lab-sabotage names
 * for it. When a view comes or goes, the listeners are told what has become different by that.
 */
export function distortedResources(
  access: ApiAccess,
  viewer: Viewer,
  { signal, log, table = allViews }: { signal: AbortSignal; log: (line: string) => void; table?: readonly View[] },
): DistortedResources {
  const openings = new Map<ResourceName, Opening>();
  let views: readonly View[] = [];

  const present = (resource: ResourceName): KubeObject[] => [...(openings.get(resource)?.there.values() ?? [])];
  const around = { all: present, node: viewer.node };
  function lookAgain(): void {
    for (const [resource, { window, listener }] of openings) {
      for (const { type, object } of window.look(views, present(resource), around)) {
        if (type === "DELETED") listener.remove(object);
        else listener.put(object);
      }
    }
  }
  function follow(data: Record<string, string>): void {
    views = viewsOf(data, viewer, table);
    lookAgain();
  }
  const ofMap = (object: ApiObject, data: Record<string, string>): void => {
    if (object.metadata.name === viewMap.name) follow(data);
  };
  void watchResource(
    access,
    `/api/v1/namespaces/${viewMap.namespace}/configmaps`,
    {
      replace: (objects) => follow(objects.find(({ metadata }) => metadata.name === viewMap.name)?.["data"] ?? {}),
      put: (object) => ofMap(object, object["data"] ?? {}),
      remove: (object) => ofMap(object, {}),
      failed: log,
    },
    signal,
  );
  return {
    manner: () => Object.assign({}, ...views.map(({ manner }) => manner)),
    watch(path, listener, ending) {
      const resource = resourceOf(path);
      const there = new Map<string, KubeObject>();
      const window = openWindow(resource);
      openings.set(resource, { window, there, listener });
      /** Tells of a change as it is, unless the component does not see what is there. */
      const changed = (tell: () => void): void => {
        if (window.seen() === undefined) tell();
        if (views.length > 0) lookAgain();
      };
      return watchResource(
        access,
        path,
        {
          replace(objects) {
            there.clear();
            for (const object of objects) there.set(storageKey(stored(object)), stored(object));
            if (views.length > 0) window.look(views, present(resource), around);
            listener.replace([...(window.seen() ?? objects)]);
            if (views.length > 0) lookAgain();
          },
          put(object) {
            there.set(storageKey(stored(object)), stored(object));
            changed(() => listener.put(object));
          },
          remove(object) {
            there.delete(storageKey(stored(object)));
            changed(() => listener.remove(object));
          },
          failed: listener.failed.bind(listener),
        },
        ending,
      );
    },
  };
}

/** Objects of a list come without their kind, which no look goes by. */
function stored(object: ApiObject): KubeObject {
  return object as KubeObject;
}

/** `/apis/discovery.k8s.io/v1/endpointslices` holds `endpointslices.discovery.k8s.io`. */
function resourceOf(path: string): ResourceName {
  const [, , group = "", , plural] = path.startsWith("/apis/")
    ? path.split("/")
    : ["", "api", "", "v1", path.split("/")[3]];
  return group === "" ? `${plural}` : `${plural}.${group}`;
}
