import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import { invalid, notFound, requiredValue } from "../status-errors.ts";
import { answerJson } from "./answer.ts";
import { answerObject } from "./answer-object.ts";
import { objectOf, readObject } from "./body.ts";
import { isDryRun, storeName } from "./call.ts";
import type { Call } from "./call.ts";
import { withManagedFields } from "./field-manager.ts";
import { storedForm } from "./served-form.ts";

/** POST to a collection. */
export async function createObject(call: Call): Promise<void> {
  const { request, query, store, target } = call;
  const body = objectOf(await readObject(request), target);
  const draft = store.defaulted(storeName(call), storedForm(body, target));
  const tracked = withManagedFields(call, undefined, draft);
  const created = store.create(storeName(call), tracked, { dryRun: isDryRun(query), fromClient: true });
  answerObject(call, 201, created);
}

/** PUT to an object or to its status. */
export async function replaceObject(call: Call): Promise<void> {
  const { request, target } = call;
  const body = objectOf(await readObject(request), target);
  answerObject(call, 200, writeObject(call, liveObject(call), storedForm(body, target)));
}

/** Stores a changed object, in place of `live`, in the name of the caller. */
export function writeObject(call: Call, live: KubeObject, changed: KubeObject): KubeObject {
  const { query, store, target } = call;
  if (target.resource.schemas && !changed.metadata.resourceVersion) {
    const why = "must be specified for an update";
    const error = {
      reason: "FieldValueInvalid" as const,
      message: `Invalid value: 0: ${why}`,
      field: "metadata.resourceVersion",
    };
    throw invalid(target.resource, live.metadata.name, [error]);
  }
  const draft = withManagedFields(call, live, store.defaulted(storeName(call), changed));
  return writeTracked(call, draft, { dryRun: isDryRun(query) });
}

/** Stores a draft whose managedFields are settled. */
export function writeTracked({ store, target }: Call, draft: KubeObject, { dryRun }: { dryRun: boolean }): KubeObject {
  const subresource = target.subresource === "status" ? "status" : undefined;
  return store.update(storeName({ target }), draft, subresource, { dryRun, fromClient: true });
}

/** Gives the object that the URL names. Throws 404 when it is not there. */
export function liveObject({ store, target }: Pick<Call, "store" | "target">): KubeObject {
  const { resource, name = "", namespace } = target;
  const live = store.get(storeName({ target }), name, namespace);
  if (!live) throw notFound(resource, name);
  return live;
}

/** PUT to namespaces/NAME/finalize: the only way for clients to change spec.finalizers. */
export async function finalizeNamespace(call: Call): Promise<void> {
  const { request, store, target } = call;
  const body = objectOf(await readObject(request), target);
  const live = liveObject(call);
  const finalizers: unknown = body["spec"]?.finalizers ?? [];
  const spec = { ...live["spec"], finalizers };
  answerJson(call.response, 200, store.update("namespaces", { ...live, spec }));
}

/** Refuses what an apply patch cannot do without. */
export function requireFieldManager(query: URLSearchParams): void {
  if (query.get("fieldManager")) return;
  const error = requiredValue("fieldManager", "is required for apply patch");
  throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [error]);
}

/** A verb that the resource does not have. */
export function methodNotAllowed(): ApiError {
  return new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}
