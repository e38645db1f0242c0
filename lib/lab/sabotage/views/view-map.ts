import type { Store } from "../../model.ts";
import type { View } from "./view.ts";

/**
 * The ConfigMap of a cluster that says which views its components have: a key `VIEW` for one that holds everywhere, `VIEW.on.NODE` for one that
 * only the component on that node has. Values mean nothing.
 */
export const viewMap = { namespace: "kube-system", name: "lab-sabotage" };

/** A component, and the node that it is on, if it is on one. */
export interface Viewer {
  component: string;
  node?: string | undefined;
}

/** Lists the views that a component has, in the order of `table`. */
export function viewsOf(data: Record<string, string>, { component, node }: Viewer, table: readonly View[]): View[] {
  return table.filter(
    ({ name }) =>
      name.startsWith(`${component}.`) && (name in data || (node !== undefined && `${name}.on.${node}` in data)),
  );
}

/** Calls back with a component's views when they become others than before; at first it has none. */
export function followViews(
  store: Pick<Store, "watch">,
  viewer: Viewer,
  table: readonly View[],
  changed: (views: View[]) => void,
): void {
  let names = "";
  store.watch(
    "configmaps",
    ({ type, object }) => {
      const { name, namespace } = object.metadata;
      if (name !== viewMap.name || namespace !== viewMap.namespace) return;
      const views = type === "DELETED" ? [] : viewsOf(object["data"] ?? {}, viewer, table);
      const fresh = views.map((view) => view.name).join();
      if (fresh === names) return;
      names = fresh;
      changed(views);
    },
    { replay: true },
  );
}
