import type { IncomingMessage } from "node:http";
import { shapeOf } from "../apply/builtin-shapes.ts";
import type { Manager } from "../apply/managers.ts";
import { trackUpdate } from "../apply/track-update.ts";
import type { KubeObject } from "../../model.ts";
import { apiVersionOf } from "../registry/resource.ts";
import type { Call } from "./call.ts";

/** Says who writes: the fieldManager of the query, or the name that the client's program goes by. */
export function writerOf({ request, query, target }: Call, operation: Manager["operation"]): Omit<Manager, "fields"> {
  const { resource, version, subresource } = target;
  return {
    manager: query.get("fieldManager") || programName(request),
    operation,
    apiVersion: apiVersionOf(resource, version),
    ...(subresource && { subresource }),
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  };
}

/** Gives a copy of a draft that says who changed what. */
export function withManagedFields(call: Call, live: KubeObject | undefined, draft: KubeObject): KubeObject {
  const isReset = Array.isArray(draft.metadata.managedFields) && draft.metadata.managedFields.length === 0;
  if (isReset && live) return draft;
  const seen =
    call.target.subresource === "status" && live ? { ...live, status: draft["status"] } : statusKept(call, live, draft);
  const managedFields = trackUpdate(live, seen, writerOf(call, "Update"), shapeOf(call.target.resource));
  const { managedFields: _sent, ...metadata } = draft.metadata;
  return { ...draft, metadata: { ...metadata, ...(managedFields && { managedFields }) } };
}

/** A write to the main resource does not touch the status, so that nobody comes to own it by such a write. */
function statusKept({ target }: Call, live: KubeObject | undefined, draft: KubeObject): KubeObject {
  if (!target.resource.subresources.includes("status")) return draft;
  const { status: _status, ...rest } = draft;
  return live?.["status"] === undefined ? rest : { ...rest, status: live["status"] };
}

function programName({ headers }: IncomingMessage): string {
  return (headers["user-agent"] ?? "unknown").split("/")[0]!.slice(0, 128);
}
