import type { KubeObject, ResourceName } from "../../model.ts";
import { views } from "./views.ts";

/** Gives the objects of a resource as a component with a view sees them, that has seen `seen` before. Throws when there is no such view. */
export function lookedAt(
  name: string,
  resource: ResourceName,
  there: readonly KubeObject[],
  seen: readonly KubeObject[] = there,
): readonly KubeObject[] {
  const view = views.find((each) => each.name === name);
  if (view === undefined) throw new Error(`no view ${name}`);
  return view.sees?.[resource]?.(there, { seen, all: () => [] }) ?? there;
}
