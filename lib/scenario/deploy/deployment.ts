import { join } from "node:path";
import { listOf, numberOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../../cluster/cluster.ts";
import { readManifest } from "../../cluster/run/manifest.ts";
import { publishedHosts } from "../../cluster/features/published-hosts.ts";
import { type ManifestValues, prepareManifest } from "../../cluster/run/prepare-manifest.ts";
import { type ReadyPod, waitReady } from "../../cluster/pods/ready.ts";
import type { Trouble } from "../../cluster/trouble.ts";
import type { Scenario } from "../scenario.ts";
import {
  apiServiceOf,
  type LiveFacts,
  type PodFacts,
  podKey,
  replicaName,
  type ServiceFacts,
  serviceKey,
} from "../world.ts";

const manifests = join(import.meta.dirname, "../../../fixtures/manifests");

/** The manifests that are always deployed, before those of any scenario. */
const agents = "agents.yaml";

/** One cluster to deploy to, with the values that its manifests are filled with. */
export interface Site {
  cluster: Cluster;
  /** Whether it is the run's first one. */
  isFirst: boolean;
  values: ManifestValues;
}

export interface DeployOptions {
  live: LiveFacts;
  /** For all pods of the stage to become ready. */
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Sorts the manifests of the scenarios into stages: each file once, as late as any scenario wants it. The agents are in the
 * first one. A stage is ready in all clusters before the next one is applied.
 */
export function stagesOf(scenarios: readonly Scenario[]): string[][] {
  const stageOf = new Map<string, number>([[agents, 0]]);
  for (const { deploy } of scenarios)
    for (const [stage, file] of deploy.entries()) stageOf.set(file, Math.max(stage, stageOf.get(file) ?? 0));
  const last = Math.max(...stageOf.values());
  return Array.from({ length: last + 1 }, (_, stage) =>
    [...stageOf].filter(([, at]) => at === stage).map(([file]) => file),
  );
}

/**
 * Applies the files of one stage to one cluster, waits until their pods are ready and adds what now exists to `live`.
 *
 * Returns what kept pods from becoming ready; those that are ready are in `live` all the same. Throws Diagnostic `broken` when
 * the API server refuses an object or does not answer.
 */
export async function deployStage(files: string[], site: Site, options: DeployOptions): Promise<Trouble[]> {
  return deployObjects(objectsOf(files, site, options.live), site, options);
}

/** Reads manifests and fills in what this run and cluster know. */
export function objectsOf(files: string[], { cluster, isFirst, values }: Site, live: LiveFacts): KubeObject[] {
  const read = files.flatMap((file) => readManifest(join(manifests, file)));
  const here = read.filter((object) => isFor(object, isFirst));
  const prepared = here.flatMap((object) => prepareManifest([object], { ...values, nodes: nodesFor(object, values) }));
  return withDomain(prepared, live.domains.get(cluster.context));
}

/** On a workload: its pods run on the first chosen node, so that a scenario knows beforehand where. */
const placeAnnotation = "meshgate.dev/place";

/** On any object: it is meant for the run's first cluster only, or for all but that. */
const clustersAnnotation = "meshgate.dev/clusters";

function isFor({ metadata }: KubeObject, isFirst: boolean): boolean {
  const wanted = metadata.annotations?.[clustersAnnotation];
  if (wanted !== undefined && wanted !== "first" && wanted !== "others")
    throw new Error(`${metadata.name}: ${clustersAnnotation} is first or others, and not ${wanted}`);
  return wanted === undefined || (wanted === "first") === isFirst;
}

function nodesFor({ metadata }: KubeObject, { nodes }: ManifestValues): readonly string[] {
  return metadata.annotations?.[placeAnnotation] === "first-node" ? nodes.slice(0, 1) : nodes;
}

/** Does for prepared objects what `deployStage` does for files. */
export async function deployObjects(
  objects: KubeObject[],
  { cluster }: Site,
  options: DeployOptions,
): Promise<Trouble[]> {
  const { live, timeoutMs, signal } = options;
  for (const object of objects) await cluster.apply(object);
  const namespaces = [...new Set(objects.map(({ metadata }) => metadata.namespace ?? ""))];
  const troubles: Trouble[] = [];
  for (const namespace of namespaces) {
    const workloads = objects.filter(({ metadata, kind }) => metadata.namespace === namespace && isWorkload(kind));
    const outcome = await waitReady(cluster, namespace, workloads, { timeoutMs, signal });
    troubles.push(...outcome.troubles);
    addPods(cluster, outcome.ready, live);
    await addServices(cluster, namespace, live);
  }
  return troubles;
}

/** An ExternalName points into the cluster's DNS domain, which is known only once an agent runs. */
function withDomain(objects: KubeObject[], domain: string | undefined): KubeObject[] {
  if (domain === undefined) return objects;
  return objects.map((object) => {
    const spec = object["spec"];
    if (object.kind !== "Service" || typeof spec !== "object" || spec === null || !("externalName" in spec))
      return object;
    return {
      ...object,
      spec: { ...spec, externalName: String(spec.externalName).replace(/\.cluster\.local$/, `.${domain}`) },
    };
  });
}

function isWorkload(kind: string): boolean {
  return kind === "DaemonSet" || kind === "Deployment";
}

/** Keeps pods of a DaemonSet by node, and those of a Deployment by its name and, each of them, by number. */
function addPods({ context: cluster }: Cluster, pods: ReadyPod[], live: LiveFacts): void {
  for (const ofWorkload of Map.groupBy(pods, ({ workload }) => `${workload.kind}/${workload.name}`).values())
    for (const [index, pod] of ofWorkload.entries()) {
      const { workload, namespace, node } = pod;
      const key = (name: string, at = {}) => podKey({ cluster, namespace, name, ...at });
      if (workload.kind === "DaemonSet") live.pods.set(key(workload.name, { node }), podFacts(pod));
      else
        for (const name of [workload.name, replicaName(workload.name, index)]) live.pods.set(key(name), podFacts(pod));
    }
}

function podFacts({ name, node, addresses, uid, restartCount }: ReadyPod): PodFacts {
  return { name, node, addresses, uid, restartCount };
}

/** Reads the Services of a namespace and keeps what they are now, with that of the API server and the node ports that are taken anywhere. */
export async function addServices(cluster: Cluster, namespace: string, live: LiveFacts): Promise<void> {
  const all = await cluster.list({ apiVersion: "v1", kind: "Service" });
  const isApi = ({ namespace: at, name }: KubeObject["metadata"]) =>
    at === apiServiceOf.namespace && name === apiServiceOf.name;
  const services = all.filter(({ metadata }) => metadata.namespace === namespace || isApi(metadata));
  const taken = all.flatMap(({ spec }) => [
    numberOf(spec, "healthCheckNodePort") ?? 0,
    ...listOf(spec, "ports").map((port) => numberOf(port, "nodePort") ?? 0),
  ]);
  live.takenNodePorts.set(cluster.context, new Set(taken));
  for (const service of services) {
    const { name, namespace: at = "" } = service.metadata;
    const key = serviceKey({ cluster: cluster.context, namespace: at, name });
    // What it had is asked after it is gone; on its way out it may have lost that already.
    if (service.metadata.deletionTimestamp === undefined || !live.services.has(key))
      live.services.set(key, serviceFacts(service));
  }
}

function serviceFacts({ spec, status }: KubeObject): ServiceFacts {
  const all = listOf(spec, "clusterIPs").map(String);
  const addresses = all.length > 0 ? all : [textOf(spec, "clusterIP") ?? ""];
  const nodePorts = listOf(spec, "ports").flatMap((port): [string, number][] => {
    const number = numberOf(port, "nodePort");
    return number === undefined ? [] : [[textOf(port, "name") ?? "", number]];
  });
  return {
    addresses: addresses.filter((address) => address !== "None" && address !== ""),
    loadBalancerHosts: publishedHosts(status),
    nodePorts: new Map(nodePorts),
    healthCheckNodePort: numberOf(spec, "healthCheckNodePort"),
  };
}
