import { askApi } from "../ask-api.ts";
import type { ViewStep } from "../fault.ts";
import type { LabAccess } from "../lab-access.ts";
import { viewMap } from "../views/view-map.ts";

const collection = `/api/v1/namespaces/${viewMap.namespace}/configmaps`;
const object = `${collection}/${viewMap.name}`;

/** Names the key of a view: `VIEW` for all nodes, `VIEW.on.NODE` for one. */
export function viewKey({ view, node }: Pick<ViewStep, "view" | "node">): string {
  return node === undefined ? view : `${view}.on.${node}`;
}

/** Distorts a view. Rejects when the API server does not take it. */
export async function makeViewStep(step: ViewStep, lab: LabAccess): Promise<void> {
  const data = { [viewKey(step)]: "" };
  const patched = await askApi(lab, step.cluster, { method: "PATCH", path: object, body: { data } });
  if (patched.status < 300) return;
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: viewMap, data };
  accept(await askApi(lab, step.cluster, { method: "POST", path: collection, body }));
}

/** Ends the distortion; the ConfigMap goes with the last one. Rejects when the API server does not take it. */
export async function undoViewStep(step: ViewStep, lab: LabAccess): Promise<void> {
  const body = { data: { [viewKey(step)]: null } };
  const patched = accept(await askApi(lab, step.cluster, { method: "PATCH", path: object, body }));
  const left = Object.keys((patched as { data?: object }).data ?? {});
  if (left.length === 0) accept(await askApi(lab, step.cluster, { method: "DELETE", path: object }));
}

function accept({ status, body }: { status: number; body: unknown }): unknown {
  if (status >= 300) throw new Error(`the API server answers ${status}: ${(body as { message?: string }).message}`);
  return body;
}
