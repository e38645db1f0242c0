import { familyOf } from "../../base/family.ts";
import type { Family } from "../../base/family.ts";
import type { KubeObject } from "../model.ts";
import { isPodFinished, isPodReady } from "./pod-state.ts";

/** A port as endpoint slices name it. */
export interface EndpointPort {
  name: string;
  protocol: string;
  port: number;
  appProtocol?: string;
}

/** An entry of a slice's `endpoints`. */
export interface Endpoint {
  addresses: string[];
  conditions: { ready: boolean; serving: boolean; terminating: boolean };
  hostname?: string;
  targetRef: { kind: "Pod"; namespace: string | undefined; name: string; uid: string | undefined };
  nodeName?: string;
  zone?: string;
}

/** Endpoints that serve the same ports. */
export interface EndpointGroup {
  ports: EndpointPort[];
  endpoints: Endpoint[];
}

/** Lists the families of a Service's addresses; those of Services that never had any are the cluster's default. */
export function familiesOfService({ spec }: KubeObject): Family[] {
  return spec.ipFamilies?.length > 0 ? spec.ipFamilies : ["IPv4"];
}

/**
 * Derives the endpoints of one family that a Service has from the pods of its namespace, grouped by the ports that they serve; a named target port
 * may be another number in another pod. Pods without an address of the family and finished ones are left out; no pods, no groups.
 *
 * `zoneOf` tells the topology zone of a node.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
export function serviceEndpoints(
  service: KubeObject,
  family: Family,
  pods: KubeObject[],
  zoneOf: (nodeName: string) => string | undefined,
): EndpointGroup[] {
  const groups = new Map<string, EndpointGroup>();
  for (const pod of pods) {
    if (!selects(service.spec.selector, pod.metadata.labels)) continue;
    const address = addressOf(pod, family);
    if (isPodFinished(pod) || address === undefined) continue;
    const ports = portsOf(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push({ addresses: [address], ...endpointOf(service, pod, zoneOf) });
  }
  return [...groups.values()];
}

function addressOf({ status }: KubeObject, family: Family): string | undefined {
  const addresses: { ip: string }[] = status?.podIPs ?? (status?.podIP ? [{ ip: status.podIP }] : []);
  return addresses.find(({ ip }) => familyOf(ip) === family)?.ip;
}

function portsOf(service: KubeObject, pod: KubeObject): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort: KubeObject["spec"]) => {
    const port = targetPort(servicePort, pod);
    if (port === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = servicePort;
    return [{ name, protocol, port, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function targetPort(servicePort: KubeObject["spec"], pod: KubeObject): number | undefined {
  const { targetPort: target = servicePort.port, protocol = "TCP" } = servicePort;
  if (typeof target === "number") return target;
  const sidecars = (pod.spec.initContainers ?? []).filter(
    (container: KubeObject["spec"]) => container.restartPolicy === "Always",
  );
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const { name, containerPort, protocol: its = "TCP" } of container.ports ?? []) {
      if (name === target && its === protocol) return containerPort;
    }
  }
  return undefined;
}

function endpointOf(
  service: KubeObject,
  pod: KubeObject,
  zoneOf: (nodeName: string) => string | undefined,
): Omit<Endpoint, "addresses"> {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const zone = nodeName === undefined ? undefined : zoneOf(nodeName);
  return {
    conditions: { ready, serving, terminating },
    ...(hostname && subdomain === service.metadata.name && { hostname }),
    targetRef: { kind: "Pod", namespace, name, uid },
    ...(nodeName && { nodeName }),
    ...(zone !== undefined && { zone }),
  };
}

/** Tells whether a Service's selector picks these labels; an empty selector picks nothing. */
export function selects(selector: Record<string, string> | undefined, labels: Record<string, string> = {}): boolean {
  const pairs = Object.entries(selector ?? {});
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}
