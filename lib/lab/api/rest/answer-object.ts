import type { KubeObject } from "../../model.ts";
import { apiVersionOf } from "../registry/resource.ts";
import { partialForm, partialList } from "./partial-form.ts";
import { answerJson } from "./answer.ts";
import { acceptedForm } from "./accepted-form.ts";
import type { Call } from "./call.ts";
import { servedForm } from "./served-form.ts";
import { tableOf } from "../table/table.ts";

/** Answers with one object, as JSON, as a table or as its metadata, whichever the client likes best. */
export function answerObject(call: Call, code: number, object: KubeObject): void {
  const { request, response, target, query } = call;
  const { form, type } = acceptedForm(request.headers.accept);
  const served = servedForm(object, target);
  if (form === "Table")
    answerJson(response, code, tableOf([served], target.resource, query, listMetadata(object)), type);
  else answerJson(response, code, form === "PartialObjectMetadata" ? partialForm(served) : served, type);
}

/** Answers with a list. */
export function answerList(call: Call, objects: KubeObject[], metadata: Record<string, unknown>): void {
  const { request, response, target, query } = call;
  const { form, type } = acceptedForm(request.headers.accept);
  const served = objects.map((object) => servedForm(object, target));
  if (form === "Table") answerJson(response, 200, tableOf(served, target.resource, query, metadata), type);
  else if (form === "PartialObjectMetadataList") answerJson(response, 200, partialList(served, metadata), type);
  else {
    const isCustom = target.resource.schemas !== undefined;
    const items = isCustom ? served : served.map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
    const apiVersion = apiVersionOf(target.resource, target.version);
    answerJson(response, 200, { kind: `${target.resource.kind}List`, apiVersion, metadata, items }, type);
  }
}

function listMetadata({ metadata }: KubeObject): Record<string, unknown> {
  return { resourceVersion: metadata.resourceVersion };
}
