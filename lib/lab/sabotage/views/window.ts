import { isDeepStrictEqual } from "node:util";
import { storageKey } from "../../api/storage.ts";
import type { KubeObject, ResourceName, WatchEvent } from "../../model.ts";
import type { Look, Sight, View } from "./view.ts";

/** How one component sees one resource. */
export interface Window {
  /** What it sees; undefined while that is what is there. */
  seen(): readonly KubeObject[] | undefined;
  /**
   * Looks at what is there now, and returns what has become different for the component by that. Empty as long as it sees what is there: then the
   * changes themselves are what it sees.
   */
  look(views: readonly View[], there: readonly KubeObject[], around: Omit<Sight, "seen">): WatchEvent[];
}

/** Makes the window of a component onto a resource. It is clear: the component sees what is there. */
export function openWindow(resource: ResourceName): Window {
  let seen: readonly KubeObject[] | undefined;
  return {
    seen: () => seen,
    look(views, there, around) {
      const looks = views.flatMap(({ sees }) => sees?.[resource] ?? []);
      if (looks.length === 0 && seen === undefined) return [];
      const before = seen ?? there;
      const after = through(looks, there, { ...around, seen: before });
      seen = looks.length === 0 ? undefined : after;
      return differences(before, after);
    },
  };
}

function through(looks: Look[], there: readonly KubeObject[], sight: Sight): readonly KubeObject[] {
  let shown = there;
  for (const look of looks) shown = look(shown, sight);
  return shown;
}

function differences(before: readonly KubeObject[], after: readonly KubeObject[]): WatchEvent[] {
  const known = new Map(before.map((object) => [storageKey(object), object]));
  const present = new Set(after.map(storageKey));
  return [
    ...before
      .filter((object) => !present.has(storageKey(object)))
      .map((object): WatchEvent => ({ type: "DELETED", object })),
    ...after.flatMap((object): WatchEvent[] => {
      const old = known.get(storageKey(object));
      if (old === undefined) return [{ type: "ADDED", object }];
      return old === object || isDeepStrictEqual(old, object) ? [] : [{ type: "MODIFIED", object }];
    }),
  ];
}
