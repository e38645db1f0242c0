import { printable } from "../../base/printable.ts";
import { numberOf, textOf } from "../../base/open-record.ts";
import { alignColumns } from "../../base/table.ts";
import type { KubeObject } from "../cluster.ts";
import { eventMessage, eventTime } from "../pods/pod-events.ts";

/** Prints events as lines, the oldest first: when, which type, why, about what, and what it says. Empty for none. */
export function eventLines(events: readonly KubeObject[]): string[] {
  const rows = events
    .toSorted((one, other) => eventTime(one) - eventTime(other))
    .map((event) => [
      new Date(eventTime(event)).toISOString().replace(".000Z", "Z"),
      textOf(event, "type") ?? "",
      textOf(event, "reason") ?? "",
      objectOf(event),
      `${eventMessage(event).replaceAll(/\s*\n\s*/g, " ")}${times(event)}`,
    ]);
  return alignColumns(rows.map((row) => row.map(printable)));
}

function objectOf(event: KubeObject): string {
  const { involvedObject: about } = event;
  return [textOf(about, "kind"), textOf(about, "namespace"), textOf(about, "name")].filter(Boolean).join("/");
}

function times(event: KubeObject): string {
  const count = numberOf(event, "series", "count") ?? numberOf(event, "count") ?? 1;
  return count > 1 ? ` (${count} times)` : "";
}
