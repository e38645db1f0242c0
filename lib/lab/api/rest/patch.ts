import type { KubeObject } from "../../model.ts";
import { apply } from "../apply/apply.ts";
import { shapeOf } from "../apply/builtin-shapes.ts";
import { jsonPatch } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { strategicMergePatch } from "../patch/strategic-merge-patch.ts";
import { badRequest } from "../status-errors.ts";
import { answerObject } from "./answer-object.ts";
import { mediaType, objectOf, parseObject, readText, unsupportedMediaType } from "./body.ts";
import { isDryRun, isSet, storeName } from "./call.ts";
import type { Call } from "./call.ts";
import { writerOf } from "./field-manager.ts";
import { servedForm, storedForm } from "./served-form.ts";
import { liveObject, requireFieldManager, writeObject, writeTracked } from "./write.ts";

/**
 * PATCH of an object or of its status, in any of the four forms.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
 */
export async function patchObject(call: Call): Promise<void> {
  const { request } = call;
  const type = mediaType(request);
  const text = await readText(request);
  if (type === "application/apply-patch+yaml") {
    applyObject(call, text);
    return;
  }
  answerObject(
    call,
    200,
    patchInPlace(call, liveObject(call), (live) => patched(call, live, text, type)),
  );
}

/** Writes what `change` makes of the served form of an object. */
export function patchInPlace(call: Call, live: KubeObject, change: (live: unknown) => unknown): KubeObject {
  const { target } = call;
  const result = objectOf(change(servedForm(live, target)), target);
  return writeObject(call, live, storedForm(result, target));
}

/** Applies a patch of one of the three plain forms. Throws 415 for any other. */
export function patched({ target }: Pick<Call, "target">, live: unknown, text: string, type: string): unknown {
  const isCustom = target.resource.schemas !== undefined;
  if (type === "application/json-patch+json") return jsonPatch(live, parsePatch(text));
  if (type === "application/merge-patch+json") return mergePatch(live, patchRecord(text));
  if (type === "application/strategic-merge-patch+json" && !isCustom) {
    return strategicMergePatch(live, patchRecord(text), shapeOf(target.resource));
  }
  throw unsupportedMediaType("415: Unsupported Media Type");
}

function applyObject(call: Call, text: string): void {
  const { query, store, target } = call;
  requireFieldManager(query);
  const config = storedForm(objectOf(parseObject(text, "application/apply-patch+yaml"), target), target);
  if (config.metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  const name = storeName(call);
  const live = store.get(name, target.name!, target.namespace);
  const shape = shapeOf(target.resource);
  const applied = apply(live, { config, applier: writerOf(call, "Apply"), force: isSet(query, "force"), shape });
  const dryRun = isDryRun(query);
  if (live) answerObject(call, 200, writeTracked(call, applied, { dryRun }));
  else answerObject(call, 201, store.create(name, applied, { dryRun, fromClient: true }));
}

function patchRecord(text: string): unknown {
  const patch = parsePatch(text);
  if (typeof patch === "object" && patch !== null && !Array.isArray(patch)) return patch;
  throw badRequest("json: cannot unmarshal array into Go value of type map[string]interface {}");
}

function parsePatch(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
}
