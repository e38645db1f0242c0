import type { KubeObject } from "../model.ts";

/** Which clusters' backends a cluster prefers for its own clients. */
export type Affinity = "local" | "remote" | "none";

/** Each annotation and the spelling that it had before. */
const annotations = {
  global: ["service.cilium.io/global", "io.cilium/global-service"],
  shared: ["service.cilium.io/shared", "io.cilium/shared-service"],
  affinity: ["service.cilium.io/affinity", "io.cilium/service-affinity"],
  endpointSlices: ["service.cilium.io/global-sync-endpoint-slices"],
} as const;

const namespaceAnnotation = "clustermesh.cilium.io/global";

/**
 * Says whether a Service takes part in the mesh: it says so itself, and its namespace does not object.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/services/
 */
export function isGlobal(service: KubeObject, namespace: KubeObject | undefined): boolean {
  return annotation(service, "global") === "true" && isGlobalNamespace(namespace);
}

/** Says whether Services of a namespace may take part in the mesh; without an annotation they may. */
export function isGlobalNamespace(namespace: KubeObject | undefined): boolean {
  return (namespace?.metadata.annotations?.[namespaceAnnotation] ?? "true").toLowerCase() === "true";
}

/** Says whether other clusters may use the backends of a global Service; they may unless it objects. */
export function isShared(service: KubeObject): boolean {
  return (annotation(service, "shared") ?? "true") === "true";
}

/**
 * Reads which backends the clients of a global Service's own cluster get first. A word that means nothing counts as `none`.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/affinity/
 */
export function affinityOf(service: KubeObject): Affinity {
  const word = annotation(service, "affinity");
  return word === "local" || word === "remote" ? word : "none";
}

/** Says whether a global Service wants the other clusters' endpoints in EndpointSlices: headless ones unless they object, others if they ask. */
export function wantsEndpointSlices(service: KubeObject): boolean {
  const wish = annotation(service, "endpointSlices");
  return wish === undefined ? service["spec"]?.clusterIP === "None" : wish === "true";
}

/** In lower case; of two spellings the newer one counts. */
function annotation({ metadata }: KubeObject, name: keyof typeof annotations): string | undefined {
  const key = annotations[name].find((spelling) => metadata.annotations?.[spelling] !== undefined);
  return key === undefined ? undefined : metadata.annotations?.[key]?.toLowerCase();
}
