import { randomBytes } from "node:crypto";
import type { ApiAccess } from "../api-access.ts";
import { callApi } from "../api-call.ts";
import type { ApiObject } from "../api-object.ts";

/** Says that something happened to an Ingress. Returns at once, never throws. */
export type WriteEvent = (about: ApiObject, type: "Normal" | "Warning", reason: string, message: string) => void;

const component = "nginx-ingress-controller";
const rememberedEvents = 500;

/**
 * Returns what writes Events one after the other. The same happening to the same Ingress raises the count of the event that is there. What the API
 * refuses is logged, unless its namespace or the event is gone.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function createEventWriter(access: ApiAccess, log: (line: string) => void): WriteEvent {
  const known = new Map<string, { name: string; count: number }>();
  let last: Promise<void> = Promise.resolve();

  async function write(about: ApiObject, type: string, reason: string, message: string): Promise<void> {
    const key = [about.metadata.uid, type, reason, message].join("\n");
    const events = `/api/v1/namespaces/${about.metadata.namespace}/events`;
    const earlier = known.get(key);
    if (earlier) {
      const count = earlier.count + 1;
      const { status } = await callApi(access, "PATCH", `${events}/${earlier.name}`, { count, lastTimestamp: now() });
      if (status === 200) {
        known.set(key, { ...earlier, count });
        return;
      }
    }
    const event = newEvent(about, type, reason, message);
    const { status } = await callApi(access, "POST", events, event);
    if (status === 201) known.set(key, { name: event.metadata.name, count: 1 });
    else if (status !== 403 && status !== 404) throw new Error(`HTTP ${status}`);
    if (known.size > rememberedEvents) known.delete(known.keys().next().value ?? "");
  }

  return (about, type, reason, message) => {
    last = last
      .then(() => write(about, type, reason, message))
      .catch((error: Error) => log(`event ${reason} of Ingress ${about.metadata.name}: ${error.message}`));
  };
}

function newEvent({ metadata }: ApiObject, type: string, reason: string, message: string) {
  const { name, namespace, uid, resourceVersion } = metadata;
  const timestamp = now();
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${randomBytes(8).toString("hex")}`, namespace },
    involvedObject: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name, namespace, uid, resourceVersion },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: timestamp,
    lastTimestamp: timestamp,
    source: { component },
    reportingComponent: component,
  };
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
