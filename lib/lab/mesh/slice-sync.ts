import { isDeepStrictEqual } from "node:util";
import { storageKey } from "../api/storage.ts";
import { isNamespaceGoing } from "../controllers/namespace-going.ts";
import { splitKey } from "../controllers/object-key.ts";
import { controllerReference } from "../controllers/owner.ts";
import { createReconcileQueue } from "../controllers/reconcile-queue.ts";
import type { Log } from "../controllers/reconcile-queue.ts";
import type { KubeObject, Store } from "../model.ts";
import { isGlobal, wantsEndpointSlices } from "./global-service.ts";
import type { RemoteClusters } from "./mesh.ts";
import { managedByLabel, meshSliceManager, serviceNameLabel, sliceResource, sourceClusterLabel } from "./mesh-names.ts";
import type { BackendGroup, SharedService } from "./shared-facts.ts";

/**
 * Keeps, for global Services that want them, EndpointSlices of the other clusters' backends, so that DNS and whoever else reads EndpointSlices
 * finds them. It lives as long as the store.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/services/#synchronizing-kubernetes-endpointslice-beta
 */
export function startSliceSync(store: Store, remote: RemoteClusters, log: Log): void {
  const queue = createReconcileQueue("mesh: endpointslice", reconcile, log);

  function reconcile(key: string): void {
    const { namespace = "", name } = splitKey(key);
    const service = store.get("services", name, namespace);
    // Slices of a Service that is gone leave with their owner.
    if (service === undefined || service.metadata.deletionTimestamp !== undefined) return;
    const isWanted = isGlobal(service, store.get("namespaces", namespace)) && wantsEndpointSlices(service);
    try {
      write(service, isWanted ? remote.services(key) : []);
    } catch (error) {
      if (!isNamespaceGoing(error)) throw error;
    }
  }

  function write(service: KubeObject, wanted: SharedService[]): void {
    const existing = slicesOf(service);
    for (const { cluster, backends } of wanted) {
      for (const group of backends) {
        const index = existing.findIndex((slice) => isOf(slice, cluster, group));
        const [slice] = index < 0 ? [] : existing.splice(index, 1);
        const fresh = newSlice(service, cluster, group);
        if (slice === undefined) store.create(sliceResource, fresh);
        else store.modify(sliceResource, slice.metadata.name, slice.metadata.namespace, (copy) => renewed(copy, fresh));
      }
    }
    for (const { metadata } of existing) store.delete(sliceResource, metadata.name, metadata.namespace);
  }

  function slicesOf({ metadata }: KubeObject): KubeObject[] {
    const labelSelector = `${serviceNameLabel}=${metadata.name},${managedByLabel}=${meshSliceManager}`;
    return store.list(sliceResource, { namespace: metadata.namespace ?? "", labelSelector });
  }

  store.watch("services", ({ object }) => queue.add(storageKey(object)), { replay: true });
  store.watch("namespaces", ({ object: { metadata } }) => {
    for (const service of store.list("services", { namespace: metadata.name })) queue.add(storageKey(service));
  });
  store.watch(sliceResource, ({ type, object: { metadata } }) => {
    const { labels, namespace } = metadata;
    if (type === "ADDED" || labels?.[managedByLabel] !== meshSliceManager) return;
    queue.add(`${namespace}/${labels[serviceNameLabel]}`);
  });
  remote.subscribe(queue.add);
}

function isOf(slice: KubeObject, cluster: string, { addressType, ports }: BackendGroup): boolean {
  return (
    slice.metadata.labels?.[sourceClusterLabel] === cluster &&
    slice["addressType"] === addressType &&
    isDeepStrictEqual(slice["ports"], ports)
  );
}

function newSlice(service: KubeObject, cluster: string, { addressType, ports, endpoints }: BackendGroup): KubeObject {
  const { name, namespace = "", labels } = service.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      // The API server makes the name.
      name: "",
      generateName: `${name}-${cluster}-`,
      namespace,
      labels: {
        ...labels,
        [managedByLabel]: meshSliceManager,
        [serviceNameLabel]: name,
        [sourceClusterLabel]: cluster,
        ...(service["spec"].clusterIP === "None" && { "service.kubernetes.io/headless": "" }),
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType,
    ports,
    endpoints: endpoints.map(({ address, hostname }) => ({
      addresses: [address],
      conditions: { ready: true, serving: true, terminating: false },
      ...(hostname !== undefined && { hostname }),
      // Cilium gives each backend a pod that is not there, on a node by the name of its cluster.
      nodeName: cluster,
      zone: cluster,
      targetRef: { apiVersion: "cilium.io", kind: "store.ClusterService", name: `fake-pod-${address}`, namespace },
    })),
  };
}

function renewed(slice: KubeObject, fresh: KubeObject): KubeObject | undefined {
  const { labels } = fresh.metadata;
  const isSame =
    isDeepStrictEqual(slice["endpoints"], fresh["endpoints"]) && isDeepStrictEqual(slice.metadata.labels, labels);
  if (isSame) return undefined;
  return { ...slice, metadata: { ...slice.metadata, ...(labels && { labels }) }, endpoints: fresh["endpoints"] };
}
