import type { KubeObject, LabCluster, Store } from "../model.ts";
import { exportedService, isExported } from "./exported-service.ts";
import type { ExportedService } from "./exported-service.ts";
import { isGlobal, isShared } from "./global-service.ts";
import { managedByLabel, meshSliceManager, serviceNameLabel, sliceResource } from "./mesh-names.ts";

/** What a cluster tells the others about one `namespace/name`. */
export interface SharedFacts {
  /** The Service of that name, where it is shared. */
  service?: SharedService;
  /** The same, where it is exported. */
  exported?: ExportedService;
}

/** A Service that is global and shared, with the backends that other clusters may use. */
export interface SharedService {
  cluster: string;
  /** Ready ones only. Empty when the Service has none. */
  backends: BackendGroup[];
}

/** Backends with the same ports. */
export interface BackendGroup {
  /** `IPv4` or `IPv6` */
  addressType: string;
  ports: BackendPort[];
  /** In order of their addresses. */
  endpoints: { address: string; hostname?: string }[];
}

/** A port as EndpointSlices name it; its name connects it to a port of the Service. */
export interface BackendPort {
  name?: string;
  protocol?: string;
  port?: number;
  appProtocol?: string;
}

/** Reads what a cluster shares under a name; undefined when that is nothing. */
export function sharedFacts(
  store: Pick<Store, "get" | "list">,
  { name: cluster, mesh }: Pick<LabCluster, "name" | "mesh">,
  namespace: string,
  name: string,
): SharedFacts | undefined {
  const service = sharedService(store, cluster, namespace, name);
  const exported = mesh?.serviceExports === true ? exportedService(store, cluster, namespace, name) : undefined;
  if (service === undefined && !isExported(exported)) return undefined;
  return { ...(service && { service }), ...(isExported(exported) && { exported }) };
}

function sharedService(
  store: Pick<Store, "get" | "list">,
  cluster: string,
  namespace: string,
  name: string,
): SharedService | undefined {
  const service = store.get("services", name, namespace);
  if (service === undefined || !isShared(service)) return undefined;
  if (!isGlobal(service, store.get("namespaces", namespace))) return undefined;
  return { cluster, backends: readyBackends(store, namespace, name) };
}

function readyBackends(store: Pick<Store, "list">, namespace: string, name: string): BackendGroup[] {
  const groups = new Map<string, BackendGroup>();
  for (const slice of ownSlices(store, namespace, name)) {
    const { addressType, ports } = slice as KubeObject & Pick<BackendGroup, "addressType" | "ports">;
    const key = JSON.stringify([addressType, ports]);
    const group = groups.get(key) ?? { addressType, ports: ports ?? [], endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(...readyEndpoints(slice));
  }
  return [...groups.values()]
    .filter(({ endpoints }) => endpoints.length > 0)
    .map((group) => ({ ...group, endpoints: group.endpoints.toSorted(byAddress) }));
}

/** What came from other clusters is theirs to share. */
function ownSlices(store: Pick<Store, "list">, namespace: string, name: string): KubeObject[] {
  const labelSelector = `${serviceNameLabel}=${name}`;
  return store
    .list(sliceResource, { namespace, labelSelector })
    .filter(({ metadata }) => metadata.labels?.[managedByLabel] !== meshSliceManager);
}

function readyEndpoints(slice: KubeObject): BackendGroup["endpoints"] {
  const endpoints: { addresses: string[]; hostname?: string; conditions?: { ready?: boolean } }[] =
    slice["endpoints"] ?? [];
  return endpoints
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses, hostname }) =>
      addresses.map((address) => ({ address, ...(hostname !== undefined && { hostname }) })),
    );
}

function byAddress(one: { address: string }, other: { address: string }): number {
  return one.address < other.address ? -1 : 1;
}
