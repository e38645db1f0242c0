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

/** A ServiceImport, as far as names depend on it. */
export interface ImportFacts {
  namespace: string;
  name: string;
  /** Empty for a headless one. */
  addresses: string[];
  ports: PortFacts[];
}

/** One ready endpoint of an imported Service. */
export interface ImportedEndpoint extends EndpointFacts {
  /** The cluster that it is in. */
  cluster: string;
}

/** What the name server knows about its cluster. */
export interface ClusterView {
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): ServiceFacts | undefined;
  services(): Iterable<ServiceFacts>;
  /** Ready ones only; a Service that publishes unready addresses marks them as ready in its slices. */
  endpoints(namespace: string, service: string): EndpointFacts[];
  imported(namespace: string, name: string): ImportFacts | undefined;
  /** Ready ones only, of all clusters. */
  importedEndpoints(namespace: string, name: string): ImportedEndpoint[];
  /** Changes whenever an answer might; the serial number of the zone. */
  serial(): number;
}

/** The resources that names depend on; the last one only in a set of clusters. */
export type WatchedKind = "namespaces" | "services" | "endpointslices" | "serviceimports";

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
  const imports = new Map<string, ImportFacts>();
  const importedSlices = new Map<string, Map<string, ImportedEndpoint[]>>();
  let serial = Math.floor(Date.now() / 1000);

  function put(kind: WatchedKind, object: ApiObject): void {
    serial += 1;
    if (kind === "namespaces") namespaces.add(object.metadata.name);
    else if (kind === "services") services.set(keyOf(object), serviceFacts(object));
    else if (kind === "serviceimports") imports.set(keyOf(object), importFacts(object));
    else {
      const owner = sliceOwner(object);
      slices.set(owner, (slices.get(owner) ?? new Map()).set(object.metadata.name, sliceFacts(object)));
      const importOwner = sliceImport(object);
      if (importOwner === undefined) return;
      const ofImport = importedSlices.get(importOwner) ?? new Map<string, ImportedEndpoint[]>();
      importedSlices.set(importOwner, ofImport.set(object.metadata.name, importedSliceFacts(object)));
    }
  }

  function remove(kind: WatchedKind, object: ApiObject): void {
    serial += 1;
    if (kind === "namespaces") namespaces.delete(object.metadata.name);
    else if (kind === "services") services.delete(keyOf(object));
    else if (kind === "serviceimports") imports.delete(keyOf(object));
    else {
      slices.get(sliceOwner(object))?.delete(object.metadata.name);
      importedSlices.get(sliceImport(object) ?? "")?.delete(object.metadata.name);
    }
  }

  return {
    put,
    remove,
    replace(kind, objects) {
      ({ namespaces, services, endpointslices: slices, serviceimports: imports })[kind].clear();
      if (kind === "endpointslices") importedSlices.clear();
      for (const object of objects) put(kind, object);
    },
    hasNamespace: (name) => namespaces.has(name),
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    services: () => services.values(),
    endpoints: (namespace, service) => [...(slices.get(`${namespace}/${service}`)?.values() ?? [])].flat(),
    imported: (namespace, name) => imports.get(`${namespace}/${name}`),
    importedEndpoints: (namespace, name) => [...(importedSlices.get(`${namespace}/${name}`)?.values() ?? [])].flat(),
    serial: () => serial,
  };
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function sliceOwner({ metadata }: ApiObject): string {
  return `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`;
}

/** The imported Service that a slice belongs to, in whichever cluster its endpoints are. */
function sliceImport({ metadata }: ApiObject): string | undefined {
  const name = metadata.labels?.["multicluster.kubernetes.io/service-name"];
  return name === undefined ? undefined : `${metadata.namespace}/${name}`;
}

function importedSliceFacts(object: ApiObject): ImportedEndpoint[] {
  const cluster = (object.metadata.labels?.["multicluster.kubernetes.io/source-cluster"] ?? "").toLowerCase();
  return sliceFacts(object).map((endpoint) => ({ ...endpoint, cluster }));
}

function importFacts({ metadata, spec }: ApiObject): ImportFacts {
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    addresses: spec.type === "Headless" ? [] : (spec.ips ?? []),
    ports: portFacts(spec.ports),
  };
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
