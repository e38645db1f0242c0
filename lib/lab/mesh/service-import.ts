import { storageKey } from "../api/storage.ts";
import { withCondition, withoutCondition } from "../controllers/conditions.ts";
import type { Condition } from "../controllers/conditions.ts";
import { isNamespaceGoing } from "../controllers/namespace-going.ts";
import { splitKey } from "../controllers/object-key.ts";
import { createReconcileQueue } from "../controllers/reconcile-queue.ts";
import type { Log } from "../controllers/reconcile-queue.ts";
import type { KubeObject, Store } from "../model.ts";
import { exportedService, isExported } from "./exported-service.ts";
import type { ExportedService, Refused } from "./exported-service.ts";
import { mergeExports } from "./merge-exports.ts";
import type { Conflict, MergedExports } from "./merge-exports.ts";
import { derivedServiceAnnotation, exportResource, importResource } from "./mesh-names.ts";
import type { RemoteClusters } from "./mesh.ts";

/**
 * Keeps, in each namespace that is there, a ServiceImport for each Service that a cluster of the mesh exports from a namespace of that name, and
 * tells the cluster's own ServiceExports what has become of them. It lives as long as the store.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/mcsapi/
 */
export function startServiceImports(
  store: Store,
  cluster: string,
  remote: RemoteClusters,
  log: Log,
  tellsConflicts: () => boolean = () => true,
): void {
  const queue = createReconcileQueue("mesh: serviceimport", reconcile, log);

  function reconcile(key: string): void {
    const { namespace = "", name } = splitKey(key);
    const home = store.get("namespaces", namespace);
    if (home === undefined || home.metadata.deletionTimestamp !== undefined) return;
    const own = exportedService(store, cluster, namespace, name);
    const [first, ...rest] = [...remote.exports(key), ...(isExported(own) ? [own] : [])];
    const merged = first && mergeExports([first, ...rest]);
    if (own !== undefined) tellExport(namespace, name, own, tellsConflicts() ? merged?.conflict : undefined);
    try {
      if (merged === undefined) store.delete(importResource, name, namespace);
      else writeImport(namespace, name, merged);
    } catch (error) {
      if (!isNamespaceGoing(error)) throw error;
    }
  }

  function tellExport(
    namespace: string,
    name: string,
    own: ExportedService | Refused,
    conflict: Conflict | undefined,
  ): void {
    const wanted = isExported(own) ? acceptedConditions(conflict) : refusedConditions(own);
    store.modify(
      exportResource,
      name,
      namespace,
      (copy) => {
        let conditions: Condition[] = copy["status"]?.conditions ?? [];
        for (const condition of wanted) conditions = withCondition(conditions, condition);
        if (!isExported(own)) conditions = withoutCondition(conditions, "Conflict");
        return { ...copy, status: { ...copy["status"], conditions } };
      },
      "status",
    );
  }

  function writeImport(namespace: string, name: string, merged: MergedExports): void {
    const { oldest, ports, clusters } = merged;
    const wanted = (ips: string[], derived: string | undefined) => ({
      metadata: {
        name,
        namespace,
        labels: oldest.labels,
        annotations: { ...oldest.annotations, ...(derived !== undefined && { [derivedServiceAnnotation]: derived }) },
      },
      spec: {
        type: oldest.type,
        ...(oldest.type === "ClusterSetIP" && { ips }),
        ports,
        sessionAffinity: oldest.sessionAffinity,
        ...(oldest.sessionAffinityConfig && { sessionAffinityConfig: oldest.sessionAffinityConfig }),
        internalTrafficPolicy: oldest.internalTrafficPolicy,
      },
    });
    const update = (copy: KubeObject): KubeObject => {
      const fresh = wanted(copy["spec"]?.ips ?? [], copy.metadata.annotations?.[derivedServiceAnnotation]);
      return { ...copy, ...fresh, metadata: { ...copy.metadata, ...fresh.metadata } };
    };
    const known = store.modify(importResource, name, namespace, update);
    const current = known ?? store.create(importResource, newImport(wanted([], undefined)));
    const isReady = current.metadata.annotations?.[derivedServiceAnnotation] !== undefined;
    const ready = withCondition(current["status"]?.conditions, readyCondition(isReady));
    const status = { clusters: clusters.map((each) => ({ cluster: each })), conditions: ready };
    store.modify(importResource, name, namespace, (copy) => ({ ...copy, status }), "status");
  }

  for (const resource of [exportResource, importResource, "services"]) {
    store.watch(resource, ({ object }) => queue.add(storageKey(object)), { replay: true });
  }
  store.watch("namespaces", ({ object: { metadata } }) => {
    const inside = `${metadata.name}/`;
    for (const key of remote.keys()) if (key.startsWith(inside)) queue.add(key);
    for (const object of store.list(exportResource, { namespace: metadata.name })) queue.add(storageKey(object));
  });
  remote.subscribe(queue.add);
}

function newImport(fields: object): KubeObject {
  return {
    apiVersion: "multicluster.x-k8s.io/v1alpha1",
    kind: "ServiceImport",
    ...(fields as { metadata: KubeObject["metadata"] }),
  };
}

function acceptedConditions(conflict: Conflict | undefined): Condition[] {
  return [
    { type: "Valid", status: "True", reason: "Valid", message: "the Service can be exported" },
    { type: "Ready", status: "True", reason: "Ready", message: "the Service is exported" },
    conflict === undefined
      ? { type: "Conflict", status: "False", reason: "NoConflicts", message: "all exports agree" }
      : { type: "Conflict", status: "True", ...conflict },
  ];
}

function refusedConditions({ reason, message }: Refused): Condition[] {
  return [
    { type: "Valid", status: "False", reason, message },
    { type: "Ready", status: "False", reason: "Pending", message: "the ServiceExport is not valid" },
  ];
}

function readyCondition(isReady: boolean): Condition {
  return isReady
    ? { type: "Ready", status: "True", reason: "Ready", message: "the Service is imported" }
    : { type: "Ready", status: "False", reason: "Pending", message: "the derived Service is not there yet" };
}
