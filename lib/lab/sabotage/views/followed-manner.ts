import type { Store } from "../../model.ts";
import { followViews } from "./view-map.ts";
import type { Viewer } from "./view-map.ts";
import type { Manner, View } from "./view.ts";
import { views as allViews } from "./views.ts";

/** Follows the views that a component of a store's cluster has, and gives the manner of the moment. It lives as long as the store. */
export function followedManner(
  store: Pick<Store, "watch">,
  viewer: Viewer,
  table: readonly View[] = allViews,
): () => Manner {
  let now: Manner = {};
  followViews(store, viewer, table, (views) => {
    now = Object.assign({}, ...views.map(({ manner }) => manner));
  });
  return () => now;
}
