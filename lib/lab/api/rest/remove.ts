import { isRecord } from "../../../base/open-record.ts";
import type { DeleteOptions } from "../../model.ts";
import { notFound } from "../status-errors.ts";
import { answerJson } from "./answer.ts";
import { answerObject } from "./answer-object.ts";
import { answerList } from "./answer-object.ts";
import { readObject } from "./body.ts";
import { isDryRun, storeName } from "./call.ts";
import type { Call } from "./call.ts";
import { selectionOf } from "./list.ts";

/** DELETE of one object. */
export async function deleteObject(call: Call): Promise<void> {
  const { store, target, response } = call;
  const options = await deleteOptions(call);
  const { resource, name = "", namespace } = target;
  const deleted = store.delete(storeName(call), name, namespace, options);
  if (!deleted) throw notFound(resource, name);
  const stays = store.get(storeName(call), name, namespace) !== undefined;
  if (stays || resource.deleteAnswer === "object") {
    answerObject(call, 200, deleted);
    return;
  }
  const details = { name, ...(resource.group !== "" && { group: resource.group }), kind: resource.plural };
  answerJson(response, 200, {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { ...details, uid: deleted.metadata.uid },
  });
}

/** DELETE of a collection. */
export async function deleteCollection(call: Call): Promise<void> {
  const { store } = call;
  const options = await deleteOptions(call);
  const name = storeName(call);
  const objects = store.list(name, selectionOf(call));
  for (const { metadata } of objects) store.delete(name, metadata.name, metadata.namespace, options);
  answerList(call, objects, { resourceVersion: `${store.storage.revision()}` });
}

async function deleteOptions({
  request,
  query,
}: Call): Promise<DeleteOptions & { resourceVersion?: string; dryRun?: boolean }> {
  const parsed = await readObject(request);
  const body = isRecord(parsed) ? parsed : {};
  const seconds = query.get("gracePeriodSeconds") ?? body["gracePeriodSeconds"];
  const policy = query.get("propagationPolicy") ?? body["propagationPolicy"];
  const conditions = isRecord(body["preconditions"]) ? body["preconditions"] : {};
  const dry = isDryRun(query) || (Array.isArray(body["dryRun"]) && body["dryRun"].includes("All"));
  return {
    ...(seconds !== undefined && seconds !== null && { gracePeriodSeconds: Number(seconds) }),
    ...(typeof policy === "string" && { propagationPolicy: policy as NonNullable<DeleteOptions["propagationPolicy"]> }),
    ...(typeof conditions["uid"] === "string" && { uid: conditions["uid"] }),
    ...(typeof conditions["resourceVersion"] === "string" && { resourceVersion: conditions["resourceVersion"] }),
    ...(dry && { dryRun: true }),
  };
}
