import { reviewKinds } from "../rest/reviews.ts";
import type { Resource } from "../registry/resource.ts";

/** One line of `kubectl api-resources`; a subresource is named `pods/log`. */
export interface ApiResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  /** Where they are not those of the list. */
  group?: string;
  version?: string;
  kind: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
}

/** One served version of a group. */
export interface GroupVersion {
  group: string;
  version: string;
  resources: ApiResource[];
}

const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

const subresourceTraits: Record<string, Partial<ApiResource> & { verbs: string[] }> = {
  status: { verbs: ["get", "patch", "update"] },
  scale: { group: "autoscaling", version: "v1", kind: "Scale", verbs: ["get", "patch", "update"] },
  finalize: { verbs: ["update"] },
  log: { verbs: ["get"] },
  exec: { kind: "PodExecOptions", verbs: ["create", "get"] },
  attach: { kind: "PodAttachOptions", verbs: ["create", "get"] },
  portforward: { kind: "PodPortForwardOptions", verbs: ["create", "get"] },
  binding: { kind: "Binding", verbs: ["create"] },
  eviction: { group: "policy", version: "v1", kind: "Eviction", verbs: ["create"] },
  token: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest", verbs: ["create"] },
};

/** Lists what is served, by group and version: the core group first, then as the groups come. */
export function groupVersions(resources: Resource[]): GroupVersion[] {
  const found = new Map<string, GroupVersion>();
  const add = (group: string, version: string, entries: ApiResource[]) => {
    const known = found.get(`${group}/${version}`) ?? { group, version, resources: [] };
    found.set(`${group}/${version}`, known);
    known.resources.push(...entries);
  };
  for (const resource of resources)
    for (const version of resource.versions) add(resource.group, version, describe(resource));
  for (const { group, kind, plural } of reviewKinds) {
    add(group, "v1", [{ name: plural, singularName: kind.toLowerCase(), namespaced: false, kind, verbs: ["create"] }]);
  }
  return [...found.values()];
}

function describe(resource: Resource): ApiResource[] {
  const { plural, singular, namespaced, kind, shortNames, categories, subresources } = resource;
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      // Like the API server, which has no collection of namespaces to delete.
      verbs: plural === "namespaces" ? allVerbs.filter((verb) => verb !== "deletecollection") : allVerbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    },
    ...subresources.map((name) => ({
      name: `${plural}/${name}`,
      singularName: "",
      namespaced,
      kind,
      ...(subresourceTraits[name] ?? { verbs: ["get"] }),
    })),
  ];
}
