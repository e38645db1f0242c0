import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { builtinResources } from "../api/registry/builtin.ts";
import { resourceName } from "../api/registry/resource.ts";
import { ApiError, type KubeObject, type LabCluster, type Store } from "../model.ts";

const manifests = join(import.meta.dirname, "../../../fixtures/lab/kube-system");

/** The objects of clusters that have a load balancer. */
export const loadBalancerManifests = join(import.meta.dirname, "../../../fixtures/lab/metallb-system");

/** The objects of clusters that have an ingress controller. */
export const ingressManifests = join(import.meta.dirname, "../../../fixtures/lab/ingress");

/** The objects of clusters that are in a mesh. */
export const meshManifests = join(import.meta.dirname, "../../../fixtures/lab/cilium");

/** The objects of clusters that have ServiceExports. */
export const exportManifests = join(import.meta.dirname, "../../../fixtures/lab/mcs-api");

/**
 * Creates what every cluster of the lab is born with: the objects of `fixtures/lab/kube-system`, or of another folder, in the order of the file
 * names.
 *
 * In these files `${dnsAddress}`, `${ipFamilyPolicy}`, `${domain}`, `${podCidr}`, `${serviceCidr}`, `${cluster}`, of the name server
 * `${clusterSetDomain}`, `${dnsZones}` and `${dnsMulticluster}`, and of the mesh `${meshId}`, `${meshEndpointSlices}` and `${meshServiceExports}`
 * stand for the facts of the cluster, `${dnsAddresses}` and `${loadBalancers}` for lists. Objects that exist already are left alone. Throws when a
 * file asks for something else or holds a kind that is not served.
 */
export function bootstrap(store: Store, cluster: LabCluster, folder: string = manifests): void {
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith(".yaml")) continue;
    for (const object of readManifests(join(folder, file), cluster)) createUnlessThere(store, object);
  }
}

function readManifests(path: string, cluster: LabCluster): KubeObject[] {
  const clusterSetDomain = cluster.mesh?.serviceExports === true ? "clusterset.local" : "";
  const facts: Record<string, string> = {
    cluster: cluster.name,
    clusterSetDomain,
    dnsZones: `${cluster.domain} ${clusterSetDomain}`.trim(),
    dnsMulticluster: clusterSetDomain === "" ? "" : `multicluster ${clusterSetDomain}`,
    dnsAddress: cluster.dnsAddress,
    ipFamilyPolicy: cluster.ipv6 ? "PreferDualStack" : "SingleStack",
    dnsAddresses: `[${[cluster.dnsAddress, ...(cluster.ipv6 ? [cluster.ipv6.dnsAddress] : [])].join(", ")}]`,
    domain: cluster.domain,
    podCidr: cluster.podCidr,
    serviceCidr: cluster.serviceCidr,
    ...(cluster.loadBalancers !== undefined && { loadBalancers: `[${cluster.loadBalancers}]` }),
    ...(cluster.mesh && {
      meshId: `${cluster.mesh.id}`,
      meshEndpointSlices: `${cluster.mesh.endpointSlices}`,
      meshServiceExports: `${cluster.mesh.serviceExports}`,
    }),
  };
  const text = readFileSync(path, "utf8").replace(/\$\{(\w+)\}/g, (placeholder, name: string) => {
    const fact = facts[name];
    if (fact === undefined) throw new Error(`${path}: nothing is known about ${placeholder}`);
    return fact;
  });
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors[0] !== undefined) throw new Error(`${path}: ${document.errors[0].message}`);
      return document.toJS() as KubeObject | null;
    })
    .filter((object) => object !== null);
}

function createUnlessThere(store: Store, object: KubeObject): void {
  const resource = resourceFor(store, object);
  if (resource === undefined) throw new Error(`${object.apiVersion} ${object.kind} is not served`);
  try {
    store.create(resource, object);
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
  }
}

function resourceFor(store: Store, { apiVersion, kind }: KubeObject): string | undefined {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  const builtin = builtinResources.find((each) => each.kind === kind && each.group === group);
  if (builtin !== undefined) return resourceName(builtin);
  // A definition is named for what it defines.
  const custom = store
    .list("customresourcedefinitions.apiextensions.k8s.io")
    .find(({ spec }) => spec.names.kind === kind && spec.group === group);
  return custom?.metadata.name;
}
