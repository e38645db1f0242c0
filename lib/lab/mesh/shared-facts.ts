import type { KubeObject, Store } from "../model.ts";
import { isGlobal, isShared } from "./global-service.ts";
import { meshSliceManager } from "./mesh-names.ts";

/** What a cluster tells the others about one `namespace/name`. */
export interface SharedFacts {
  /** The Service of that name, where it is shared. */
  service?: SharedService;
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
  cluster: string,
  namespace: string,
  name: string,
): SharedFacts | undefined {
  const service = store.get("services", name, namespace);
  if (service === undefined || !isShared(service)) return undefined;
  if (!isGlobal(service, store.get("namespaces", namespace))) return undefined;
  return { service: { cluster, backends: readyBackends(store, namespace, name) } };
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
  const labelSelector = `kubernetes.io/service-name=${name}`;
  return store
    .list("endpointslices.discovery.k8s.io", { namespace, labelSelector })
    .filter(({ metadata }) => metadata.labels?.["endpointslice.kubernetes.io/managed-by"] !== meshSliceManager);
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
