import { randomBytes } from "node:crypto";
import { ApiError, type KubeObject, type Store } from "../model.ts";
import { timestamp } from "./timestamp.ts";

export interface PodEvent {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  /** The container it is about, if one. */
  container?: string;
}

/** Writes an Event about a pod. Never throws. */
export type RecordPodEvent = (pod: KubeObject, event: PodEvent) => void;

const rememberedEvents = 1000;

/**
 * Makes the recorder of a node's kubelet. The same event about the same pod raises the count of the one that is there. An event that the store
 * refuses, as it does in a namespace that is going away, is dropped.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function createPodEvents(store: Store, nodeName: string, log: (line: string) => void): RecordPodEvent {
  const names = new Map<string, string>();
  return (pod, event) => {
    const key = [pod.metadata.uid, event.reason, event.message].join("\n");
    const known = names.get(key);
    try {
      if (known !== undefined && raiseCount(store, known, pod.metadata.namespace)) return;
      names.set(key, store.create("events", eventObject(pod, event, nodeName)).metadata.name);
      if (names.size > rememberedEvents) names.delete(names.keys().next().value ?? "");
    } catch (error) {
      if (!(error instanceof ApiError && (error.code === 403 || error.code === 404))) {
        log(`event ${event.reason} of ${pod.metadata.name}: ${String(error)}`);
      }
    }
  };
}

function raiseCount(store: Store, name: string, namespace: string | undefined): boolean {
  const raised = store.modify("events", name, namespace, (copy) => ({
    ...copy,
    count: copy.count + 1,
    lastTimestamp: timestamp(Date.now()),
  }));
  return raised !== undefined;
}

function eventObject(pod: KubeObject, { type, reason, message, container }: PodEvent, nodeName: string): KubeObject {
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const now = timestamp(Date.now());
  const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${randomBytes(8).toString("hex")}`, ...(namespace !== undefined && { namespace }) },
    involvedObject: { kind: "Pod", apiVersion: "v1", namespace, name, uid, resourceVersion, ...fieldPath },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    eventTime: null,
    source: { component: "kubelet", host: nodeName },
    reportingComponent: "kubelet",
    reportingInstance: nodeName,
  };
}
