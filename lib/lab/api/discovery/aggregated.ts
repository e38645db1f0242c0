import type { ApiResource, GroupVersion } from "./api-resources.ts";

export const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Says whether a client understands all groups in one answer, and would rather have that. */
export function wantsAggregated(accept: string): boolean {
  const first = accept
    .split(",")
    .find((choice) => choice.includes("as=APIGroupDiscoveryList") && /;v=v2(;|$)/.test(choice));
  return first !== undefined;
}

/**
 * Gives all groups with all their resources in one answer.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
 */
export function aggregatedGroups(groups: GroupVersion[][]): object {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((versions) => ({
      metadata: { ...(versions[0]!.group !== "" && { name: versions[0]!.group }), creationTimestamp: null },
      versions: versions.map(versionOf),
    })),
  };
}

function versionOf({ group, version, resources }: GroupVersion): object {
  const main = resources.filter(({ name }) => !name.includes("/"));
  return {
    version,
    freshness: "Current",
    resources: main.map((resource) => ({
      resource: resource.name,
      responseKind: kindOf(resource, group, version),
      scope: resource.namespaced ? "Namespaced" : "Cluster",
      singularResource: resource.singularName,
      verbs: resource.verbs,
      ...(resource.shortNames && { shortNames: resource.shortNames }),
      ...(resource.categories && { categories: resource.categories }),
      ...subresourcesOf(resources, resource.name, group, version),
    })),
  };
}

function subresourcesOf(resources: ApiResource[], parent: string, group: string, version: string): object {
  const own = resources.filter(({ name }) => name.startsWith(`${parent}/`));
  if (own.length === 0) return {};
  return {
    subresources: own.map((resource) => ({
      subresource: resource.name.slice(parent.length + 1),
      responseKind: kindOf(resource, group, version),
      verbs: resource.verbs,
    })),
  };
}

function kindOf(resource: ApiResource, group: string, version: string): object {
  return { group: resource.group ?? group, version: resource.version ?? version, kind: resource.kind };
}
