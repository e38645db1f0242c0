import type { ApiAccess } from "../api-access.ts";
import { callApi } from "../api-call.ts";
import type { ApiObject } from "../api-object.ts";
import { ownIngresses } from "./own-ingresses.ts";
import type { PublishStatus } from "./status-publisher.ts";

/** Labels that differ between revisions of the same workload. */
const revisionLabels = new Set(["controller-revision-hash", "pod-template-generation", "pod-template-hash"]);

/**
 * Takes the addresses out of the status of all own Ingresses, as they are now, unless other pods with this one's labels are there, revisions apart.
 * Rejects when the API does not answer as it should.
 */
export async function takeBackAddresses(
  access: ApiAccess,
  pod: { namespace: string; name: string },
  publish: PublishStatus,
): Promise<void> {
  if (await hasCompanions(access, pod)) return;
  const [ingresses, classes] = await Promise.all([
    list(access, "/apis/networking.k8s.io/v1/ingresses"),
    list(access, "/apis/networking.k8s.io/v1/ingressclasses"),
  ]);
  await publish(ownIngresses(ingresses, classes), []);
}

async function hasCompanions(access: ApiAccess, pod: { namespace: string; name: string }): Promise<boolean> {
  const pods = `/api/v1/namespaces/${pod.namespace}/pods`;
  const { metadata } = (await read(access, `${pods}/${pod.name}`)) as ApiObject;
  const labels = Object.entries(metadata.labels ?? {}).filter(([name]) => !revisionLabels.has(name));
  const selector = labels.map(([name, value]) => `${name}=${value}`).join(",");
  const alike = await list(access, `${pods}?labelSelector=${encodeURIComponent(selector)}`);
  return alike.some((other) => other.metadata.name !== pod.name);
}

async function list(access: ApiAccess, path: string): Promise<ApiObject[]> {
  const { items } = (await read(access, path)) as { items: ApiObject[] | null };
  return items ?? [];
}

async function read(access: ApiAccess, path: string): Promise<unknown> {
  const { status, body } = await callApi(access, "GET", path);
  if (status !== 200) throw new Error(`${path}: HTTP ${status}`);
  return body;
}
