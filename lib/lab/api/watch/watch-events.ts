import type { KubeObject } from "../../model.ts";
import type { Change } from "../storage.ts";

/** What a watch tells of a change: an object that stops to match is deleted for it, one that begins to match is new. */
export function eventOf(change: Change, matches: (object: KubeObject) => boolean): WatchLine | undefined {
  const { object, previous, type } = change;
  const matched = previous !== undefined && matches(previous);
  if (type === "DELETED") return matched ? { type, object } : undefined;
  if (matches(object)) return { type: matched ? "MODIFIED" : "ADDED", object };
  if (!matched) return undefined;
  const { resourceVersion } = object.metadata;
  return {
    type: "DELETED",
    object: { ...previous, metadata: { ...previous.metadata, resourceVersion: resourceVersion! } },
  };
}

export interface WatchLine {
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: KubeObject;
}
