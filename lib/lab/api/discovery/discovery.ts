import type { Resource } from "../registry/resource.ts";
import { aggregatedGroups, aggregatedType, wantsAggregated } from "./aggregated.ts";
import { groupVersions } from "./api-resources.ts";
import type { GroupVersion } from "./api-resources.ts";

export interface DiscoveryAnswer {
  body: unknown;
  type: string;
}

const json = "application/json";

/**
 * Answers /api, /apis and what lies below down to a group's version; undefined for any other path.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
export function discover(
  path: string,
  accept: string,
  resources: Resource[],
  address: string,
): DiscoveryAnswer | undefined {
  const [root, group = "", version, ...surplus] = path.replace(/^\/|\/$/g, "").split("/");
  const served = groupVersions(resources);
  const groups = Map.groupBy(
    served.filter((item) => item.group !== ""),
    (item) => item.group,
  );
  if (surplus.length > 0) return undefined;
  if (root === "api") {
    if (version !== undefined || (group !== "" && group !== "v1")) return undefined;
    if (group === "v1") return resourceList(served.find((item) => item.group === "" && item.version === "v1"));
    if (wantsAggregated(accept))
      return { body: aggregatedGroups([served.filter((item) => item.group === "")]), type: aggregatedType };
    const serverAddressByClientCIDRs = [{ clientCIDR: "0.0.0.0/0", serverAddress: address }];
    return { body: { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs }, type: json };
  }
  if (root !== "apis") return undefined;
  if (version !== undefined) return resourceList(groups.get(group)?.find((item) => item.version === version));
  if (group !== "")
    return groups.has(group)
      ? { body: { kind: "APIGroup", apiVersion: "v1", ...groupOf(groups.get(group)!) }, type: json }
      : undefined;
  if (wantsAggregated(accept)) return { body: aggregatedGroups([...groups.values()]), type: aggregatedType };
  return { body: { kind: "APIGroupList", apiVersion: "v1", groups: [...groups.values()].map(groupOf) }, type: json };
}

function groupOf(versions: GroupVersion[]): object {
  const listed = versions.map(({ group, version }) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: versions[0]!.group, versions: listed, preferredVersion: listed[0] };
}

function resourceList(served: GroupVersion | undefined): DiscoveryAnswer | undefined {
  if (!served) return undefined;
  const groupVersion = served.group === "" ? served.version : `${served.group}/${served.version}`;
  // The list of the core group goes without an apiVersion.
  const apiVersion = served.group === "" ? {} : { apiVersion: "v1" };
  return { body: { kind: "APIResourceList", ...apiVersion, groupVersion, resources: served.resources }, type: json };
}
