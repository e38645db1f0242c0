import { isDeepStrictEqual } from "node:util";
import { storageKey } from "../api/storage.ts";
import { isNamespaceGoing } from "../controllers/namespace-going.ts";
import { splitKey } from "../controllers/object-key.ts";
import { controllerReference, isControlledBy } from "../controllers/owner.ts";
import { createReconcileQueue } from "../controllers/reconcile-queue.ts";
import type { Log } from "../controllers/reconcile-queue.ts";
import type { KubeObject, Store } from "../model.ts";
import { derivedName } from "./derived-service.ts";
import {
  exportResource,
  importNameLabel,
  managedByLabel,
  meshSliceManager,
  mirrorSliceManager,
  serviceNameLabel,
  sliceResource,
  sourceClusterLabel,
} from "./mesh-names.ts";

/** The label that tells which EndpointSlice one is a copy of. */
const originLabel = "service.cilium.io/local-endpointslice";

/**
 * Keeps copies of an exported Service's EndpointSlices as those of the derived Service, which has no selector of its own. Ports that the exports
 * of other clusters have decided otherwise are left out. It lives as long as the store.
 */
export function startSliceMirror(store: Store, cluster: string, log: Log): void {
  const queue = createReconcileQueue("mesh: mirrored endpointslice", reconcile, log);

  function reconcile(key: string): void {
    const { namespace = "", name } = splitKey(key);
    const derived = store.get("services", derivedName(namespace, name), namespace);
    const service = store.get("services", name, namespace);
    const isExported = store.get(exportResource, name, namespace) !== undefined;
    const wanted =
      derived !== undefined && service !== undefined && isExported
        ? originals(service).flatMap((slice) => copyOf(slice, service, derived))
        : [];
    try {
      write(wanted, copies(namespace, name), derived);
    } catch (error) {
      if (!isNamespaceGoing(error)) throw error;
    }
  }

  function originals({ metadata: { name, namespace = "" } }: KubeObject): KubeObject[] {
    const made: (string | undefined)[] = [meshSliceManager, mirrorSliceManager];
    return store
      .list(sliceResource, { namespace, labelSelector: `${serviceNameLabel}=${name}` })
      .filter(({ metadata }) => !made.includes(metadata.labels?.[managedByLabel]));
  }

  function copies(namespace: string, name: string): KubeObject[] {
    const labelSelector = `${managedByLabel}=${mirrorSliceManager},${importNameLabel}=${name}`;
    return store.list(sliceResource, { namespace, labelSelector });
  }

  function write(wanted: KubeObject[], existing: KubeObject[], derived: KubeObject | undefined): void {
    for (const fresh of wanted) {
      const index = existing.findIndex(
        (slice) => originOf(slice) === originOf(fresh) && derived !== undefined && isControlledBy(slice, derived),
      );
      const [slice] = index < 0 ? [] : existing.splice(index, 1);
      if (slice === undefined) store.create(sliceResource, fresh);
      else store.modify(sliceResource, slice.metadata.name, slice.metadata.namespace, (copy) => renewed(copy, fresh));
    }
    for (const { metadata } of existing) store.delete(sliceResource, metadata.name, metadata.namespace);
  }

  function copyOf(slice: KubeObject, service: KubeObject, derived: KubeObject): KubeObject[] {
    const ports = agreedPorts(slice, service, derived);
    if (ports.length === 0) return [];
    const { name, namespace = "" } = service.metadata;
    return [
      {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: {
          // The API server makes the name.
          name: "",
          generateName: `${derived.metadata.name}-`,
          namespace,
          labels: {
            ...derived.metadata.labels,
            [managedByLabel]: mirrorSliceManager,
            [serviceNameLabel]: derived.metadata.name,
            [importNameLabel]: name,
            [sourceClusterLabel]: cluster,
            [originLabel]: slice.metadata.name,
          },
          ownerReferences: [controllerReference(derived)],
        },
        addressType: slice["addressType"],
        ports,
        endpoints: slice["endpoints"],
      },
    ];
  }

  for (const resource of [exportResource, "services"]) {
    store.watch(resource, ({ object }) => queue.add(importKey(object) ?? storageKey(object)), { replay: true });
  }
  store.watch(sliceResource, ({ object }) => {
    const { namespace, labels } = object.metadata;
    queue.add(importKey(object) ?? `${namespace}/${labels?.[serviceNameLabel]}`);
  });
}

function importKey({ metadata: { namespace, labels } }: KubeObject): string | undefined {
  const name = labels?.[importNameLabel];
  return name === undefined ? undefined : `${namespace}/${name}`;
}

function originOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[originLabel];
}

interface NamedPort {
  name?: string;
  port: number;
  protocol?: string;
}

/** EndpointSlices are tied to Services by the names of ports: a name has to stand for the same number on both sides. */
function agreedPorts(slice: KubeObject, service: KubeObject, derived: KubeObject): unknown[] {
  const numberOf = ({ spec }: KubeObject, name: string): string | undefined => {
    const port = ((spec.ports ?? []) as NamedPort[]).find((each) => (each.name ?? "") === name);
    return port && `${port.port}/${port.protocol ?? "TCP"}`;
  };
  const ports: NamedPort[] = slice["ports"] ?? [];
  return ports.filter(({ name = "" }) => {
    const agreed = numberOf(derived, name);
    return agreed !== undefined && agreed === numberOf(service, name);
  });
}

function renewed(slice: KubeObject, fresh: KubeObject): KubeObject | undefined {
  const same = (["endpoints", "ports", "addressType"] as const).every((field) =>
    isDeepStrictEqual(slice[field], fresh[field]),
  );
  if (same && isDeepStrictEqual(slice.metadata.labels, fresh.metadata.labels)) return undefined;
  const { labels = {} } = fresh.metadata;
  return { ...slice, metadata: { ...slice.metadata, labels }, ports: fresh["ports"], endpoints: fresh["endpoints"] };
}
