import type { KubeObject } from "../model.ts";

/** One port of a Service that has an address of its own, with everything that may answer behind it. */
export interface ServicePort {
  /** `namespace/service/tcp/port-name`: unique in the cluster. */
  key: string;
  protocol: "tcp" | "udp";
  /** The Service's own addresses. */
  addresses: string[];
  port: number;
  /** Undefined without session affinity by client address. */
  affinitySeconds: number | undefined;
  internalPolicy: "Cluster" | "Local";
  /** By address, each once. */
  endpoints: Endpoint[];
}

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
 * Lists the ports that a proxy has to serve, joined with the endpoints of `slices`, which are those of the Service. Empty for Services
 * without an address of their own: headless ones, external names.
 *
 * @see https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export function servicePorts(service: KubeObject, slices: KubeObject[]): ServicePort[] {
  const addresses = clusterAddresses(service);
  if (addresses.length === 0 || service.metadata.labels?.["service.kubernetes.io/service-proxy-name"] !== undefined) {
    return [];
  }
  const ports: { name?: string; port: number; protocol?: string }[] = service["spec"]?.ports ?? [];
  return ports.flatMap(({ name = "", port, protocol = "TCP" }) => {
    if (protocol !== "TCP" && protocol !== "UDP") return [];
    const lower = protocol === "TCP" ? "tcp" : "udp";
    return {
      key: `${service.metadata.namespace}/${service.metadata.name}/${lower}/${name === "" ? port : name}`,
      protocol: lower,
      addresses,
      port,
      affinitySeconds: affinitySeconds(service),
      internalPolicy: service["spec"].internalTrafficPolicy === "Local" ? "Local" : "Cluster",
      endpoints: endpointsOf(slices, name, protocol),
    } satisfies ServicePort;
  });
}

function clusterAddresses(service: KubeObject): string[] {
  const { type, clusterIP, clusterIPs } = service["spec"] ?? {};
  if (type === "ExternalName") return [];
  const addresses: unknown[] = clusterIPs ?? [clusterIP];
  return addresses.filter((address): address is string => typeof address === "string" && /^[\d.]+$/.test(address));
}

function affinitySeconds(service: KubeObject): number | undefined {
  if (service["spec"].sessionAffinity !== "ClientIP") return undefined;
  return service["spec"].sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
}

function endpointsOf(slices: KubeObject[], portName: string, protocol: string): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    if (slice["addressType"] !== "IPv4") continue;
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
