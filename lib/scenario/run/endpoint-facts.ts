import { fieldOf, isRecord, listOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../../cluster/cluster.ts";
import type { EndpointFacts } from "../../report/path-result.ts";
import { importedName } from "./imported-name.ts";
import type { NamespaceOf } from "../world.ts";

export interface EndpointFactsOptions {
  clusters: readonly Cluster[];
  namespaces: Readonly<Record<NamespaceOf, string>>;
  /** Services of the run as ways name them: `run/echo`. Those of a cluster's own are passed over. */
  services: readonly string[];
  /** The context of a cluster by the name that it has in a mesh. */
  contextOf(name: string): string | undefined;
}

/**
 * Reads in every cluster who is behind these Services, by its EndpointSlices and by the pods that they select. Never rejects: of a cluster
 * that does not tell there are no facts, and none of a Service that is not there.
 */
export async function endpointFacts(options: EndpointFactsOptions): Promise<EndpointFacts[]> {
  const { clusters, namespaces, services } = options;
  const roles = Object.keys(namespaces).filter((role): role is NamespaceOf => role in namespaces);
  const wanted = roles.flatMap((role) => {
    const names = services.flatMap((service) => (service.startsWith(`${role}/`) ? service.slice(role.length + 1) : []));
    return names.length === 0 ? [] : [{ role, names: [...new Set(names)] }];
  });
  const read = clusters.flatMap((cluster) =>
    wanted.map(({ role, names }) => factsIn(cluster, role, names, options).catch(() => [])),
  );
  return (await Promise.all(read)).flat();
}

async function factsIn(
  cluster: Cluster,
  role: NamespaceOf,
  names: string[],
  { namespaces, contextOf }: EndpointFactsOptions,
): Promise<EndpointFacts[]> {
  const within = { namespace: namespaces[role] };
  const [services, slices, pods] = await Promise.all([
    cluster.list({ apiVersion: "v1", kind: "Service" }, within),
    cluster.list({ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" }, within),
    cluster.list({ apiVersion: "v1", kind: "Pod" }, within),
  ]);
  return names.flatMap((name) => {
    const service = services.find(({ metadata }) => name === metadata.name || name === importedName(metadata.name));
    if (!service) return [];
    const own = slices.filter(({ metadata }) => metadata.labels?.[ofService] === service.metadata.name);
    return [
      {
        cluster: cluster.context,
        service: `${role}/${name}`,
        endpoints: own.flatMap((slice) => endpointsOf(slice, cluster.context, contextOf)),
        readyPods: pods.filter((pod) => selects(service, pod) && isReady(pod)).flatMap(addressesOf),
      },
    ];
  });
}

const ofService = "kubernetes.io/service-name";
/** Says of a slice whose endpoints are another cluster's which one that is. */
const sourceCluster = "multicluster.kubernetes.io/source-cluster";

function endpointsOf(
  slice: KubeObject,
  context: string,
  contextOf: EndpointFactsOptions["contextOf"],
): EndpointFacts["endpoints"] {
  const source = slice.metadata.labels?.[sourceCluster];
  const cluster = source === undefined ? context : (contextOf(source) ?? source);
  return listOf(slice, "endpoints").flatMap((endpoint) =>
    listOf(endpoint, "addresses").map((address) => ({
      cluster,
      node: textOf(endpoint, "nodeName") ?? "",
      pod: textOf(endpoint, "targetRef", "name") ?? "",
      address: String(address),
      // What is not said counts as ready.
      ready: fieldOf(endpoint, "conditions", "ready") !== false,
    })),
  );
}

function selects(service: KubeObject, pod: KubeObject): boolean {
  const selector = fieldOf(service, "spec", "selector");
  const labels = pod.metadata.labels ?? {};
  const wanted = isRecord(selector) ? Object.entries(selector) : [];
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function isReady(pod: KubeObject): boolean {
  const conditions = listOf(pod["status"], "conditions");
  const ready = conditions.find((condition) => textOf(condition, "type") === "Ready");
  return pod.metadata.deletionTimestamp === undefined && textOf(ready, "status") === "True";
}

/** One for each of its addresses. */
function addressesOf(pod: KubeObject): EndpointFacts["readyPods"] {
  const addresses = listOf(pod["status"], "podIPs").flatMap((entry) => textOf(entry, "ip") ?? []);
  const node = textOf(pod["spec"], "nodeName") ?? "";
  return addresses.map((address) => ({ node, pod: pod.metadata.name, address }));
}
