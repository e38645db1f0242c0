import type { KubeObject } from "../../model.ts";
import { apiVersionOf } from "../registry/resource.ts";
import type { RequestTarget } from "./request-target.ts";

type Target = Pick<RequestTarget, "resource" | "version">;

/** Gives a stored object the form of the version (and, for events, of the group) that it is asked for in. */
export function servedForm(object: KubeObject, { resource, version }: Target): KubeObject {
  const apiVersion = apiVersionOf(resource, version);
  if (resource.storedAs) return newEventForm(object, apiVersion);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** Gives an incoming object the form in which it is stored. */
export function storedForm(object: KubeObject, { resource }: Target): KubeObject {
  return resource.storedAs ? coreEventForm(object) : object;
}

const renamed: Record<string, string> = {
  involvedObject: "regarding",
  message: "note",
  source: "deprecatedSource",
  count: "deprecatedCount",
  firstTimestamp: "deprecatedFirstTimestamp",
  lastTimestamp: "deprecatedLastTimestamp",
  reportingComponent: "reportingController",
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
function newEventForm(object: KubeObject, apiVersion: string): KubeObject {
  const fields = Object.entries(object).map(([name, value]) => [renamed[name] ?? name, value]);
  return { ...(Object.fromEntries(fields) as KubeObject), apiVersion };
}

function coreEventForm(object: KubeObject): KubeObject {
  const original = Object.fromEntries(Object.entries(renamed).map(([core, later]) => [later, core]));
  const fields = Object.entries(object).map(([name, value]) => [original[name] ?? name, value]);
  return { ...(Object.fromEntries(fields) as KubeObject), apiVersion: "v1" };
}
