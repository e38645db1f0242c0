import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { builtinResources } from "../api/registry/builtin.ts";
import { resourceName } from "../api/registry/resource.ts";
import { ApiError, type KubeObject, type LabCluster, type Store } from "../model.ts";

const manifests = join(import.meta.dirname, "../../../fixtures/lab/kube-system");

/**
 * Creates what every cluster of the lab is born with: the objects of `fixtures/lab/kube-system`, in the order of the file names.
 *
 * In these files `${dnsAddress}`, `${domain}`, `${podCidr}`, `${serviceCidr}` and `${cluster}` stand for the facts of the cluster. Objects
 * that exist already are left alone. Throws when a file asks for something else or holds a kind that is not served.
 */
export function bootstrap(store: Store, cluster: LabCluster, folder: string = manifests): void {
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith(".yaml")) continue;
    for (const object of readManifests(join(folder, file), cluster)) createUnlessThere(store, object);
  }
}

function readManifests(path: string, cluster: LabCluster): KubeObject[] {
  const facts: Record<string, string> = {
    cluster: cluster.name,
    dnsAddress: cluster.dnsAddress,
    domain: cluster.domain,
    podCidr: cluster.podCidr,
    serviceCidr: cluster.serviceCidr,
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
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
  const resource = builtinResources.find((each) => each.kind === object.kind && each.group === group);
  if (resource === undefined) throw new Error(`${object.apiVersion} ${object.kind} is not served`);
  try {
    store.create(resourceName(resource), object);
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
  }
}
