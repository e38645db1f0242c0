import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { storageKey } from "../api/storage.ts";
import { isNamespaceGoing } from "../controllers/namespace-going.ts";
import { splitKey } from "../controllers/object-key.ts";
import { controllerReference } from "../controllers/owner.ts";
import { createReconcileQueue } from "../controllers/reconcile-queue.ts";
import type { Log } from "../controllers/reconcile-queue.ts";
import type { KubeObject, Store } from "../model.ts";
import { derivedServiceAnnotation, importNameLabel, importResource, sourceClusterLabel } from "./mesh-names.ts";

/**
 * Keeps, for each ServiceImport, the global Service behind it, whose address it shows; that Service leaves with its ServiceImport. It lives as long
 * as the store.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/mcsapi/
 */
export function startDerivedServices(store: Store, cluster: string, log: Log): void {
  const queue = createReconcileQueue("mesh: derived service", reconcile, log);

  function reconcile(key: string): void {
    const { namespace = "", name } = splitKey(key);
    const owner = store.get(importResource, name, namespace);
    if (owner === undefined || owner.metadata.deletionTimestamp !== undefined) return;
    const wanted = derivedService(owner, cluster);
    try {
      const service = write(wanted);
      show(owner, service);
    } catch (error) {
      if (!isNamespaceGoing(error)) throw error;
    }
  }

  function write(wanted: KubeObject): KubeObject {
    const { name, namespace } = wanted.metadata;
    const known = store.get("services", name, namespace);
    // An address can be neither given to a Service nor taken from it.
    if (known !== undefined && isHeadless(known) !== isHeadless(wanted)) store.delete("services", name, namespace);
    const updated = store.modify("services", name, namespace, (copy) => {
      const { annotations, labels, ownerReferences } = wanted.metadata;
      const metadata = { ...copy.metadata, annotations, labels, ownerReferences } as KubeObject["metadata"];
      return { ...copy, metadata, spec: { ...copy["spec"], ...wanted["spec"] } };
    });
    return updated ?? store.get("services", name, namespace) ?? store.create("services", wanted);
  }

  function show(owner: KubeObject, service: KubeObject): void {
    const ips: string[] = isHeadless(service) ? [] : service["spec"].clusterIPs;
    store.modify(importResource, owner.metadata.name, owner.metadata.namespace, (copy) => {
      const annotations = { ...copy.metadata.annotations, [derivedServiceAnnotation]: service.metadata.name };
      const { ips: before = [], ...spec } = copy["spec"];
      if (isDeepStrictEqual(before, ips) && isDeepStrictEqual(annotations, copy.metadata.annotations)) return undefined;
      const shown = ips.length > 0 ? { ...spec, ips } : spec;
      return { ...copy, metadata: { ...copy.metadata, annotations }, spec: shown };
    });
  }

  store.watch(importResource, ({ object }) => queue.add(storageKey(object)), { replay: true });
  store.watch("services", ({ object: { metadata } }) => {
    const owner = metadata.labels?.[importNameLabel];
    if (owner !== undefined) queue.add(`${metadata.namespace}/${owner}`);
  });
}

/** Names the Service behind a ServiceImport; the name is the same in all clusters. */
export function derivedName(namespace: string, name: string): string {
  const hash = createHash("sha256").update(`${namespace}/${name}`).digest();
  // Ten digits of five bits each, as base32hex writes them.
  const digits = (hash.readBigUInt64BE() >> 14n).toString(32).padStart(10, "0");
  return `derived-${digits}`;
}

function derivedService(owner: KubeObject, cluster: string): KubeObject {
  const { name, namespace = "", labels, annotations = {} } = owner.metadata;
  const { type, ports, sessionAffinity, sessionAffinityConfig, internalTrafficPolicy } = owner["spec"];
  const { [derivedServiceAnnotation]: _derived, ...exported } = annotations;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: derivedName(namespace, name),
      namespace,
      labels: { ...labels, [importNameLabel]: name, [sourceClusterLabel]: cluster },
      annotations: { ...exported, "service.cilium.io/global": "true" },
      ownerReferences: [controllerReference(owner)],
    },
    spec: {
      type: "ClusterIP",
      ...(type === "Headless" && { clusterIP: "None" }),
      ports,
      ...(sessionAffinity !== undefined && { sessionAffinity }),
      ...(sessionAffinityConfig !== undefined && { sessionAffinityConfig }),
      ...(internalTrafficPolicy !== undefined && { internalTrafficPolicy }),
    },
  };
}

function isHeadless({ spec }: KubeObject): boolean {
  return spec.clusterIP === "None";
}
