import { textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";

/** Finds the newest event that matches; undefined when none does. */
export function latestEvent(
  events: readonly KubeObject[],
  matches: (event: KubeObject) => boolean,
): KubeObject | undefined {
  return events.filter(matches).toSorted((one, other) => eventTime(other) - eventTime(one))[0];
}

/** Reads when an event was last seen, in milliseconds since the epoch and often only to the second; 0 when it does not say. */
export function eventTime(event: KubeObject): number {
  const time =
    textOf(event, "lastTimestamp") ??
    textOf(event, "series", "lastObservedTime") ??
    textOf(event, "eventTime") ??
    event.metadata.creationTimestamp ??
    "";
  return Date.parse(time) || 0;
}

/** Reads what an event says. */
export function eventMessage(event: KubeObject): string {
  return (textOf(event, "message") ?? "no message").trim();
}
