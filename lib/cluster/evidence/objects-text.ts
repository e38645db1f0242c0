import { stringify } from "yaml";
import { fieldOf, isRecord, listOf, type OpenRecord } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";

/** Writes objects as YAML documents, by name, each as `view` shows it. Empty for none. */
export function objectsText(objects: KubeObject[], view: (object: KubeObject) => OpenRecord): string {
  const sorted = objects.toSorted((one, other) => orderOf(one).localeCompare(orderOf(other)));
  return sorted.map((object) => stringify(view(object), { lineWidth: 0 })).join("---\n");
}

/** Shows an object without what only managers of fields read, and without the list of images that a node keeps. */
export function whole(object: KubeObject): OpenRecord {
  const { managedFields: _, annotations, ...metadata } = object.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([name]) => name !== lastApplied);
  const status = object["status"];
  return {
    ...object,
    metadata: { ...metadata, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) },
    ...(isRecord(status) ? { status: withoutImages(status) } : {}),
  };
}

/** Shows of a pod where it runs, what of, and its state; neither its environment nor its annotations, which may hold secrets. */
export function podState(pod: KubeObject): OpenRecord {
  const { name, namespace, uid, labels, creationTimestamp, deletionTimestamp, ownerReferences } = pod.metadata;
  const containers = (field: string) =>
    listOf(pod["spec"], field).map((container) => ({
      name: fieldOf(container, "name"),
      image: fieldOf(container, "image"),
      resources: fieldOf(container, "resources"),
    }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, uid, labels, creationTimestamp, deletionTimestamp, ownerReferences },
    spec: {
      nodeName: fieldOf(pod["spec"], "nodeName"),
      hostNetwork: fieldOf(pod["spec"], "hostNetwork"),
      tolerations: fieldOf(pod["spec"], "tolerations"),
      initContainers: containers("initContainers"),
      containers: containers("containers"),
    },
    status: pod["status"],
  };
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

function withoutImages(status: OpenRecord): OpenRecord {
  const { images: _, ...rest } = status;
  return rest;
}

function orderOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}
