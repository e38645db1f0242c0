import { isDeepStrictEqual } from "node:util";
import type { Family } from "../../base/family.ts";
import { storageKey } from "../api/storage.ts";
import type { KubeObject, Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { isNamespaceGoing } from "./namespace-going.ts";
import { splitKey } from "./object-key.ts";
import { controllerReference } from "./owner.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";
import { familiesOfService, selects, serviceEndpoints, type EndpointGroup } from "./service-endpoints.ts";
import { timestamp } from "./timestamp.ts";

const slices = "endpointslices.discovery.k8s.io";
const managedBy = "endpointslice-controller.k8s.io";
const endpointsPerSlice = 100;

/**
 * Keeps the EndpointSlices of every Service with a selector in line with its pods. Returns the stop function.
 *
 * Each slice is of one family; a Service without any endpoint of a family keeps one slice of it without endpoints and ports.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
export function startEndpointSliceController(store: Store, { log }: ControllerContext): () => void {
  const queue = createReconcileQueue("endpointslice", reconcile, log);

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = store.get("services", name, namespace);
    // Slices of a Service that is gone leave with their owner.
    if (service === undefined || service.metadata.deletionTimestamp !== undefined) return;
    if (service.spec.selector === undefined || service.spec.type === "ExternalName") return;
    const zoneOf = (node: string) => store.get("nodes", node)?.metadata.labels?.["topology.kubernetes.io/zone"];
    const pods = store.list("pods", { namespace });
    const families = familiesOfService(service);
    try {
      for (const family of families) {
        write(service, family, serviceEndpoints(service, family, pods, zoneOf).flatMap(inSlices));
      }
      for (const slice of slicesOf(service)) if (!families.includes(slice["addressType"])) remove(slice);
    } catch (error) {
      if (!isNamespaceGoing(error)) throw error;
    }
  }

  function write(service: KubeObject, family: Family, groups: EndpointGroup[]): void {
    const existing = slicesOf(service).filter(({ addressType }) => addressType === family);
    const wanted = groups.length > 0 ? groups : [{ ports: [], endpoints: [] }];
    for (const group of wanted) {
      const samePorts = existing.findIndex(({ ports }) => isDeepStrictEqual(ports, group.ports));
      const [slice] = existing.splice(Math.max(0, samePorts), 1);
      if (slice === undefined) store.create(slices, { ...newSlice(service, family), ...group });
      else store.modify(slices, slice.metadata.name, slice.metadata.namespace, (copy) => changed(copy, service, group));
    }
    for (const slice of existing) remove(slice);
  }

  function remove({ metadata }: KubeObject): void {
    store.delete(slices, metadata.name, metadata.namespace);
  }

  function slicesOf({ metadata }: KubeObject): KubeObject[] {
    const labelSelector = `kubernetes.io/service-name=${metadata.name},endpointslice.kubernetes.io/managed-by=${managedBy}`;
    return store
      .list(slices, { namespace: metadata.namespace, labelSelector })
      .filter((slice) => slice.metadata.deletionTimestamp === undefined);
  }

  const stops = [
    store.watch("services", ({ object }) => queue.add(storageKey(object)), { replay: true }),
    store.watch(slices, ({ type, object }) => {
      const { labels, namespace } = object.metadata;
      const name = labels?.["kubernetes.io/service-name"];
      if (type !== "ADDED" && name !== undefined) queue.add(`${namespace}/${name}`);
    }),
    watchSelectedServices(store, queue.add),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

/** Calls back with the key of each Service whose selector picks a pod that changed, or picked it before. */
export function watchSelectedServices(store: Store, touch: (key: string) => void): () => void {
  const lastLabels = new Map<string, Record<string, string> | undefined>();
  return store.watch(
    "pods",
    ({ type, object }) => {
      const { uid = "", labels, namespace } = object.metadata;
      const before = lastLabels.get(uid);
      if (type === "DELETED") lastLabels.delete(uid);
      else lastLabels.set(uid, labels);
      for (const service of store.list("services", { namespace })) {
        const { selector } = service.spec;
        if (selects(selector, labels) || selects(selector, before)) touch(storageKey(service));
      }
    },
    { replay: true },
  );
}

function inSlices({ ports, endpoints }: EndpointGroup): EndpointGroup[] {
  const count = Math.ceil(endpoints.length / endpointsPerSlice);
  return Array.from({ length: count }, (_, index) => ({
    ports,
    endpoints: endpoints.slice(index * endpointsPerSlice, (index + 1) * endpointsPerSlice),
  }));
}

function newSlice(service: KubeObject, addressType: Family): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      // The API server makes the name.
      name: "",
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace,
      labels: sliceLabels(service),
      annotations: { "endpoints.kubernetes.io/last-change-trigger-time": timestamp() },
      ownerReferences: [controllerReference(service)],
    },
    addressType,
  };
}

function changed(slice: KubeObject, service: KubeObject, { ports, endpoints }: EndpointGroup) {
  const labels = sliceLabels(service);
  const isSame =
    isDeepStrictEqual(slice["ports"], ports) &&
    isDeepStrictEqual(slice["endpoints"], endpoints) &&
    isDeepStrictEqual(slice.metadata.labels, labels);
  if (isSame) return undefined;
  const annotations = {
    ...slice.metadata.annotations,
    "endpoints.kubernetes.io/last-change-trigger-time": timestamp(),
  };
  return { ...slice, metadata: { ...slice.metadata, labels, annotations }, ports, endpoints };
}

function sliceLabels({ metadata, spec }: KubeObject): Record<string, string> {
  return {
    ...metadata.labels,
    "endpointslice.kubernetes.io/managed-by": managedBy,
    "kubernetes.io/service-name": metadata.name,
    ...(spec.clusterIP === "None" && { "service.kubernetes.io/headless": "" }),
  };
}
