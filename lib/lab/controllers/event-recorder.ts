import { randomBytes } from "node:crypto";
import { ApiError, type KubeObject, type Store } from "../model.ts";
import type { Log } from "./reconcile-queue.ts";
import { timestamp } from "./timestamp.ts";

export type EventType = "Normal" | "Warning";

/** Records that something happened to an object. Never throws. */
export type RecordEvent = (about: KubeObject, type: EventType, reason: string, message: string) => void;

const rememberedEvents = 500;

/**
 * Returns a recorder that writes v1 Events in the name of `component`.
 *
 * The same happening to the same object raises `count` and `lastTimestamp` of the event that exists. An event that the API refuses (its
 * namespace is going away) is dropped; other refusals are logged.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function createEventRecorder(store: Store, component: string, log: Log): RecordEvent {
  const names = new Map<string, string>();

  return (about, type, reason, message) => {
    const key = [about.metadata.uid, type, reason, message].join("\n");
    const namespace = about.metadata.namespace ?? "default";
    try {
      if (raiseCount(store, names.get(key), namespace)) return;
      const event = store.create("events", newEvent({ about, type, reason, message, component, namespace }));
      names.set(key, event.metadata.name);
      if (names.size > rememberedEvents) names.delete(names.keys().next().value ?? "");
    } catch (error) {
      if (error instanceof ApiError && (error.code === 403 || error.code === 404)) return;
      log(`event ${reason} for ${about.kind} ${about.metadata.name}: ${String(error)}`);
    }
  };
}

function raiseCount(store: Store, name: string | undefined, namespace: string): boolean {
  if (name === undefined) return false;
  const raised = store.modify("events", name, namespace, (event) => {
    event.count += 1;
    event.lastTimestamp = timestamp();
    return event;
  });
  return raised !== undefined;
}

function newEvent(happening: {
  about: KubeObject;
  type: EventType;
  reason: string;
  message: string;
  component: string;
  namespace: string;
}): KubeObject {
  const { about, type, reason, message, component, namespace } = happening;
  const now = timestamp();
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${about.metadata.name}.${randomBytes(8).toString("hex")}`, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      namespace: about.metadata.namespace,
      name: about.metadata.name,
      uid: about.metadata.uid,
      resourceVersion: about.metadata.resourceVersion,
    },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    eventTime: null,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
  };
}
