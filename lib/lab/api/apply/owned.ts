import type { KubeObject } from "../../model.ts";

const unowned = [
  "name",
  "namespace",
  "uid",
  "generation",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "selfLink",
  "managedFields",
];

/** Gives the part of an object that somebody can own: without its kind, its identity and what the server keeps by itself. */
export function owned(object: KubeObject | undefined): unknown {
  if (!object) return {};
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([field]) => !unowned.includes(field));
  return kept.length > 0 ? { metadata: Object.fromEntries(kept), ...rest } : rest;
}
