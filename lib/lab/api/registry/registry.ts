import { builtinResources } from "./builtin.ts";
import { resourceName } from "./resource.ts";
import type { Resource } from "./resource.ts";

/** The resources of one API server; custom ones come and go with their definitions. */
export interface Registry {
  /** In the order of their groups; the core group first. */
  all(): Resource[];
  has(name: string): boolean;
  /** By RBAC name: `pods`, `deployments.apps`. Throws when there is none: the caller is a part of the lab that misspells it. */
  named(name: string): Resource;
  /** By URL; undefined when nothing like that is served. */
  served(group: string, version: string, plural: string): Resource | undefined;
  add(resource: Resource): void;
  /** By RBAC name. Built-in resources stay. */
  remove(name: string): void;
}

/** Creates a registry that holds the built-in resources. */
export function createRegistry(): Registry {
  const resources = new Map(builtinResources.map((resource) => [resourceName(resource), resource]));
  const builtin = new Set(resources.keys());
  return {
    all: () => [...resources.values()],
    has: (name) => resources.has(name),
    named(name) {
      const resource = resources.get(name);
      if (!resource) throw new Error(`no resource is named ${JSON.stringify(name)}`);
      return resource;
    },
    served(group, version, plural) {
      const resource = resources.get(resourceName({ group, plural }));
      return resource?.versions.includes(version) ? resource : undefined;
    },
    add(resource) {
      const name = resourceName(resource);
      if (!builtin.has(name)) resources.set(name, resource);
    },
    remove(name) {
      if (!builtin.has(name)) resources.delete(name);
    },
  };
}
