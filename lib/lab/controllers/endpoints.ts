import { isDeepStrictEqual } from "node:util";
import { storageKey } from "../api/storage.ts";
import type { KubeObject, Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { watchSelectedServices } from "./endpointslice.ts";
import { isNamespaceGoing } from "./namespace-going.ts";
import { splitKey } from "./object-key.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";
import { familiesOfService, serviceEndpoints, type Endpoint, type EndpointGroup } from "./service-endpoints.ts";

/**
 * Keeps the legacy Endpoints object of every Service with a selector. Returns the stop function.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#endpoints
 */
export function startEndpointsController(store: Store, { log }: ControllerContext): () => void {
  const queue = createReconcileQueue("endpoints", reconcile, log);

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = store.get("services", name, namespace);
    if (service === undefined) {
      store.delete("endpoints", name, namespace);
      return;
    }
    if (service.spec.selector === undefined || service.spec.type === "ExternalName") return;
    // It has room for one family only.
    const [family = "IPv4"] = familiesOfService(service);
    const groups = serviceEndpoints(service, family, store.list("pods", { namespace }), () => undefined);
    try {
      write(service, groups.flatMap(subsetOf));
    } catch (error) {
      if (!isNamespaceGoing(error)) throw error;
    }
  }

  function write(service: KubeObject, subsets: unknown[]): void {
    const { name, namespace } = service.metadata;
    const labels = {
      ...service.metadata.labels,
      "endpoints.kubernetes.io/managed-by": "endpoint-controller",
      ...(service.spec.clusterIP === "None" && { "service.kubernetes.io/headless": "" }),
    };
    const fields = subsets.length > 0 ? { subsets } : {};
    if (store.get("endpoints", name, namespace) === undefined) {
      store.create("endpoints", {
        apiVersion: "v1",
        kind: "Endpoints",
        metadata: { name, namespace, labels },
        ...fields,
      });
      return;
    }
    store.modify("endpoints", name, namespace, ({ subsets: before, ...copy }) =>
      isDeepStrictEqual(before ?? [], subsets) && isDeepStrictEqual(copy.metadata.labels, labels)
        ? undefined
        : { ...copy, metadata: { ...copy.metadata, labels }, ...fields },
    );
  }

  const stops = [
    store.watch("services", ({ object }) => queue.add(storageKey(object)), { replay: true }),
    watchSelectedServices(store, queue.add),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

function subsetOf({ ports, endpoints }: EndpointGroup): unknown[] {
  const ready = endpoints.filter(({ conditions }) => conditions.ready);
  const notReady = endpoints.filter(({ conditions }) => !conditions.ready && !conditions.terminating);
  if (ready.length + notReady.length === 0) return [];
  return [
    {
      ...(ready.length > 0 && { addresses: ready.map(addressOf) }),
      ...(notReady.length > 0 && { notReadyAddresses: notReady.map(addressOf) }),
      ...(ports.length > 0 && { ports: ports.map(({ name, ...port }) => ({ ...(name !== "" && { name }), ...port })) }),
    },
  ];
}

function addressOf({ addresses, hostname, nodeName, targetRef }: Endpoint) {
  return { ip: addresses[0], ...(hostname && { hostname }), ...(nodeName && { nodeName }), targetRef };
}
