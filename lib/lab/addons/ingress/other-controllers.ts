import type { ApiAccess } from "../api-access.ts";
import { callApi } from "../api-call.ts";
import type { ApiObject } from "../api-object.ts";

/** Labels that differ between revisions of the same workload. */
const revisionLabels = new Set(["controller-revision-hash", "pod-template-generation", "pod-template-hash"]);

/** Says whether pods with a pod's labels, revisions apart, are there besides it. Rejects when the API does not say. */
export async function hasOtherControllers(access: ApiAccess, namespace: string, podName: string): Promise<boolean> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const { metadata } = (await read(access, `${pods}/${podName}`)) as ApiObject;
  const labels = Object.entries(metadata.labels ?? {}).filter(([name]) => !revisionLabels.has(name));
  const selector = labels.map(([name, value]) => `${name}=${value}`).join(",");
  const { items } = (await read(access, `${pods}?labelSelector=${encodeURIComponent(selector)}`)) as {
    items: ApiObject[] | null;
  };
  return (items ?? []).some((pod) => pod.metadata.name !== podName);
}

async function read(access: ApiAccess, path: string): Promise<unknown> {
  const { status, body } = await callApi(access, "GET", path);
  if (status !== 200) throw new Error(`${path}: HTTP ${status}`);
  return body;
}
