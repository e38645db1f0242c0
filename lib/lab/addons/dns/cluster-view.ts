import type { ApiObject } from "../api-object.ts";

/** A Service, as far as names depend on it. Lower case, as the API server keeps them. */
export interface ServiceFacts {
  namespace: string;
  name: string;
  /** Empty for a headless Service and for an alias. */
  clusterAddresses: string[];
  /** Where an ExternalName Service leads. */
  externalName?: string;
  ports: PortFacts[];
}

export interface PortFacts {
  /** Empty when the port has no name. */
  name: string;
  /** `tcp`, `udp`, `sctp` */
  protocol: string;
  port: number;
}

/** One ready endpoint with the ports of its slice. */
export interface EndpointFacts {
  address: string;
  /** The label that names the endpoint below its Service: its host name, else its address with dashes. */
  label: string;
  ports: PortFacts[];
}

/** What the name server knows about its cluster. */
export interface ClusterView {
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): ServiceFacts | undefined;
  services(): Iterable<ServiceFacts>;
  /** Ready ones only; a Service that publishes unready addresses marks them as ready in its slices. */
  endpoints(namespace: string, service: string): EndpointFacts[];
  /** Changes whenever an answer might; the serial number of the zone. */
  serial(): number;
}

/** The three resources that names depend on. */
export type WatchedKind = "namespaces" | "services" | "endpointslices";

/** A view that is kept up to date. */
export interface ClusterMemory extends ClusterView {
  /** Takes a whole list in the place of all objects of a kind. */
  replace(kind: WatchedKind, objects: ApiObject[]): void;
  put(kind: WatchedKind, object: ApiObject): void;
  remove(kind: WatchedKind, object: ApiObject): void;
}

/** Creates an empty view. */
export function createClusterMemory(): ClusterMemory {
  const namespaces = new Set<string>();
  const services = new Map<string, ServiceFacts>();
  const slices = new Map<string, Map<string, EndpointFacts[]>>();
  let serial = Math.floor(Date.now() / 1000);

  function put(kind: WatchedKind, object: ApiObject): void {
    serial += 1;
    if (kind === "namespaces") namespaces.add(object.metadata.name);
    else if (kind === "services") services.set(keyOf(object), serviceFacts(object));
    else {
      const owner = sliceOwner(object);
      slices.set(owner, (slices.get(owner) ?? new Map()).set(object.metadata.name, sliceFacts(object)));
    }
  }

  function remove(kind: WatchedKind, object: ApiObject): void {
    serial += 1;
    if (kind === "namespaces") namespaces.delete(object.metadata.name);
    else if (kind === "services") services.delete(keyOf(object));
    else slices.get(sliceOwner(object))?.delete(object.metadata.name);
  }

  return {
    put,
    remove,
    replace(kind, objects) {
      ({ namespaces, services, endpointslices: slices })[kind].clear();
      for (const object of objects) put(kind, object);
    },
    hasNamespace: (name) => namespaces.has(name),
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    services: () => services.values(),
    endpoints: (namespace, service) => [...(slices.get(`${namespace}/${service}`)?.values() ?? [])].flat(),
    serial: () => serial,
  };
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function sliceOwner({ metadata }: ApiObject): string {
  return `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`;
}

function serviceFacts({ metadata, spec }: ApiObject): ServiceFacts {
  const isAlias = spec.type === "ExternalName";
  const addresses: string[] = spec.clusterIPs ?? [spec.clusterIP ?? "None"];
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    clusterAddresses: isAlias ? [] : addresses.filter((address) => address !== "None" && address !== ""),
    ...(isAlias && { externalName: spec.externalName }),
    ports: portFacts(spec.ports),
  };
}

function sliceFacts({ addressType, endpoints, ports }: ApiObject): EndpointFacts[] {
  if (addressType !== "IPv4" && addressType !== "IPv6") return [];
  const ready: { addresses: string[]; hostname?: string; conditions?: { ready?: boolean } }[] = endpoints ?? [];
  return ready
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses, hostname }) =>
      addresses.map((address) => ({
        address,
        label: (hostname ?? address.replaceAll(/[.:]/g, "-")).toLowerCase(),
        ports: portFacts(ports),
      })),
    );
}

function portFacts(ports: { name?: string; protocol?: string; port: number }[] | null | undefined): PortFacts[] {
  return (ports ?? []).map(({ name = "", protocol = "TCP", port }) => ({
    name: name.toLowerCase(),
    protocol: protocol.toLowerCase(),
    port,
  }));
}
