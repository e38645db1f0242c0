import { ApiError } from "../../model.ts";
import type { KubeObject, Selection } from "../../model.ts";
import { resourceName } from "../registry/resource.ts";
import { fieldSelector } from "../select/field-selector.ts";
import { labelSelector } from "../select/label-selector.ts";
import { badRequest } from "../status-errors.ts";
import { storageKey } from "../storage.ts";
import { answerList } from "./answer-object.ts";
import type { Call } from "./call.ts";
import { decodeToken, encodeToken, expiredToken } from "./continue-token.ts";
import { servedForm } from "./served-form.ts";
import { liveObject } from "./write.ts";
import { answerObject } from "./answer-object.ts";

/** GET of one object. */
export function getObject(call: Call): void {
  refuseFuture(call);
  answerObject(call, 200, liveObject(call));
}

/**
 * GET of a collection, page by page where the client asks for it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export function listObjects(call: Call): void {
  const { query, store, target } = call;
  refuseFuture(call);
  const token = query.get("continue") ? decodeToken(query.get("continue")!) : undefined;
  const asked = Number(query.get("resourceVersion") || 0);
  if (token && asked > 0) throw badRequest("specifying resource version is not allowed when using continue");
  const exact = query.get("resourceVersionMatch") === "Exact" ? asked : undefined;
  const revision = token && token.revision > 0 ? token.revision : (exact ?? store.storage.revision());
  const table = target.resource.storedAs ?? resourceName(target.resource);
  const all = store.storage.listAt(table, revision);
  if (!all) throw token ? expiredToken(token) : expired("The resourceVersion for the provided list is too old.");
  const matches = matcher(call);
  const keyOf = (object: KubeObject) => (target.namespace ? `/${object.metadata.name}` : storageKey(object));
  const rest = all.filter(matches).filter((object) => !token || keyOf(object) > token.after);
  const limit = Number(query.get("limit") ?? 0) || rest.length;
  const page = rest.slice(0, limit);
  const remaining = rest.length - page.length;
  const hasSelector = Boolean(query.get("labelSelector") || query.get("fieldSelector"));
  answerList(call, page, {
    resourceVersion: `${revision}`,
    ...(remaining > 0 && { continue: encodeToken({ revision, after: keyOf(page.at(-1)!) }) }),
    ...(remaining > 0 && !hasSelector && { remainingItemCount: remaining }),
  });
}

/** Gives the namespace and selectors of a request. */
export function selectionOf({ query, target }: Pick<Call, "query" | "target">): Selection {
  const labels = query.get("labelSelector");
  const fields = query.get("fieldSelector");
  return {
    ...(target.namespace && { namespace: target.namespace }),
    ...(labels && { labelSelector: labels }),
    ...(fields && { fieldSelector: fields }),
  };
}

/** Says whether a stored object is among those that a request asks for. */
export function matcher(call: Pick<Call, "query" | "target">): (object: KubeObject) => boolean {
  const { target } = call;
  const { namespace, labelSelector: labels = "", fieldSelector: fields = "" } = selectionOf(call);
  const labelled = labelSelector(labels);
  const fielded = fieldSelector(fields, target.resource);
  return (object) =>
    (!namespace || object.metadata.namespace === namespace) &&
    (!target.name || object.metadata.name === target.name) &&
    labelled(object.metadata.labels) &&
    (fields === "" || fielded(servedForm(object, target)));
}

export function expired(message: string): ApiError {
  return new ApiError(410, "Expired", message);
}

function refuseFuture({ query, store }: Call): void {
  const asked = Number(query.get("resourceVersion") || 0);
  const current = store.storage.revision();
  if (Number.isNaN(asked)) throw badRequest(`invalid resource version: ${query.get("resourceVersion")}`);
  if (asked <= current) return;
  throw new ApiError(504, "Timeout", `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
