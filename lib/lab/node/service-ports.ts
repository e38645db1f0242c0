import { isIP } from "node:net";
import { familyOf } from "../../base/family.ts";
import type { Family } from "../../base/family.ts";
import type { KubeObject } from "../model.ts";

/** One port of a Service that has an address of its own, with the ways to it and everything that may answer behind it. */
export interface ServicePort {
  /** `namespace/service/tcp/port-name`: unique in the cluster. */
  key: string;
  service: { namespace: string; name: string };
  protocol: "tcp" | "udp";
  /** The Service's own addresses. */
  addresses: string[];
  port: number;
  /** Undefined where nodes have no port for it. */
  nodePort: number | undefined;
  /** Those that a load balancer delivers packets to unchanged. */
  loadBalancerAddresses: string[];
  /** Clients that load-balancer addresses are for; empty for all. */
  sourceRanges: string[];
  /** Undefined without session affinity by client address. */
  affinitySeconds: number | undefined;
  internalPolicy: TrafficPolicy;
  /** For node ports and load-balancer addresses. */
  externalPolicy: TrafficPolicy;
  /** Where nodes tell load balancers whether they have endpoints of the Service. Undefined where they do not. */
  healthCheckNodePort: number | undefined;
  /** By address, each once. */
  endpoints: Endpoint[];
}

export type TrafficPolicy = "Cluster" | "Local";

/** A place where a Service's port is answered. */
export interface Endpoint {
  address: string;
  port: number;
  nodeName: string | undefined;
  ready: boolean;
  serving: boolean;
  terminating: boolean;
}

/**
 * Lists the ports that a proxy of one family has to serve, joined with the endpoints of `slices`, which are those of the Service. Empty for
 * Services without an address of that family of their own: headless ones, external names.
 *
 * @see https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export function servicePorts(service: KubeObject, slices: KubeObject[], family: Family): ServicePort[] {
  const addresses = clusterAddresses(service, family);
  if (addresses.length === 0 || service.metadata.labels?.["service.kubernetes.io/service-proxy-name"] !== undefined) {
    return [];
  }
  const ports: { name?: string; port: number; nodePort?: number; protocol?: string }[] = service["spec"]?.ports ?? [];
  const { namespace = "", name: serviceName } = service.metadata;
  const ways = waysIn(service, family);
  return ports.flatMap(({ name = "", port, nodePort, protocol = "TCP" }) => {
    if (protocol !== "TCP" && protocol !== "UDP") return [];
    const lower = protocol === "TCP" ? "tcp" : "udp";
    return {
      key: `${namespace}/${serviceName}/${lower}/${name === "" ? port : name}`,
      service: { namespace, name: serviceName },
      protocol: lower,
      addresses,
      port,
      nodePort: nodePort === 0 ? undefined : nodePort,
      ...ways,
      affinitySeconds: affinitySeconds(service),
      internalPolicy: service["spec"].internalTrafficPolicy === "Local" ? "Local" : "Cluster",
      endpoints: endpointsOf(slices, family, name, protocol),
    } satisfies ServicePort;
  });
}

function clusterAddresses(service: KubeObject, family: Family): string[] {
  const { type, clusterIP, clusterIPs } = service["spec"] ?? {};
  if (type === "ExternalName") return [];
  const addresses: unknown[] = clusterIPs ?? [clusterIP];
  return addresses.filter(
    (address): address is string => typeof address === "string" && isIP(address) > 0 && familyOf(address) === family,
  );
}

type WaysIn = Pick<ServicePort, "loadBalancerAddresses" | "sourceRanges" | "externalPolicy" | "healthCheckNodePort">;

function waysIn({ spec, status }: KubeObject, family: Family): WaysIn {
  const ingress: { ip?: string; ipMode?: string }[] = status?.loadBalancer?.ingress ?? [];
  const addresses = ingress.flatMap(({ ip, ipMode = "VIP" }) => (ip !== undefined && ipMode === "VIP" ? [ip] : []));
  const ranges: string[] = spec["loadBalancerSourceRanges"] ?? [];
  const port: number = spec["healthCheckNodePort"] ?? 0;
  return {
    loadBalancerAddresses:
      spec["type"] === "LoadBalancer" ? addresses.filter((address) => familyOf(address) === family) : [],
    sourceRanges: ranges.map((range) => range.trim()).filter((range) => familyOf(range) === family),
    externalPolicy: spec["externalTrafficPolicy"] === "Local" ? "Local" : "Cluster",
    healthCheckNodePort: port === 0 ? undefined : port,
  };
}

function affinitySeconds(service: KubeObject): number | undefined {
  if (service["spec"].sessionAffinity !== "ClientIP") return undefined;
  return service["spec"].sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
}

function endpointsOf(slices: KubeObject[], family: Family, portName: string, protocol: string): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    if (slice["addressType"] !== family) continue;
    const ports: { name?: string | null; port?: number | null; protocol?: string | null }[] = slice["ports"] ?? [];
    const port = ports.find((one) => (one.name ?? "") === portName && (one.protocol ?? "TCP") === protocol)?.port;
    if (port === undefined || port === null) continue;
    for (const { addresses, conditions, nodeName } of slice["endpoints"] ?? []) {
      const address: string | undefined = addresses?.[0];
      if (address === undefined) continue;
      const ready: boolean = conditions?.ready ?? true;
      const serving: boolean = conditions?.serving ?? ready;
      found.set(`${address}:${port}`, {
        address,
        port,
        nodeName,
        ready,
        serving,
        terminating: conditions?.terminating ?? false,
      });
    }
  }
  return [...found.values()].toSorted((one, other) => (one.address < other.address ? -1 : 1));
}
