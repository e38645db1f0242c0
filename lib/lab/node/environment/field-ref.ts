import type { KubeObject } from "../../model.ts";
import { podSpec } from "../pod/pod-spec.ts";

/** Addresses that the node knows before the pod's status tells them. */
export interface PodAddresses {
  /** One of each family; the first is the one of `status.podIP`. Empty while they are not known. */
  podAddresses: string[];
  hostAddresses: string[];
}

/**
 * Reads a field of a pod for the downward API; undefined when Kubernetes does not offer that field. A label or annotation that is
 * not there is an empty string.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export function fieldValue(pod: KubeObject, fieldPath: string, addresses: PodAddresses): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath);
  if (keyed) return (keyed[1] === "labels" ? pod.metadata.labels : pod.metadata.annotations)?.[keyed[2] ?? ""] ?? "";
  const read = fields[fieldPath];
  return read?.(pod, addresses);
}

const fields: Record<string, (pod: KubeObject, addresses: PodAddresses) => string> = {
  "metadata.name": (pod) => pod.metadata.name,
  "metadata.namespace": (pod) => pod.metadata.namespace ?? "",
  "metadata.uid": (pod) => pod.metadata.uid ?? "",
  "metadata.labels": (pod) => keyValueLines(pod.metadata.labels),
  "metadata.annotations": (pod) => keyValueLines(pod.metadata.annotations),
  "spec.nodeName": (pod) => podSpec(pod).nodeName ?? "",
  "spec.serviceAccountName": (pod) => podSpec(pod).serviceAccountName ?? "default",
  "status.hostIP": (_pod, { hostAddresses }) => hostAddresses[0] ?? "",
  "status.hostIPs": (_pod, { hostAddresses }) => hostAddresses.join(","),
  "status.podIP": (_pod, { podAddresses }) => podAddresses[0] ?? "",
  "status.podIPs": (_pod, { podAddresses }) => podAddresses.join(","),
};

function keyValueLines(values: Record<string, string> | undefined): string {
  return Object.entries(values ?? {})
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}
