import type { KubeObject } from "../../model.ts";
import { selectorText } from "../table/selector-text.ts";
import { badRequest } from "../status-errors.ts";
import { answerJson } from "./answer.ts";
import { mediaType, readObject, readText } from "./body.ts";
import type { Call } from "./call.ts";
import { patched } from "./patch.ts";
import { liveObject, methodNotAllowed, writeObject } from "./write.ts";

/**
 * GET, PUT and PATCH of the replica count alone.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/#get-read-scale-of-the-specified-deployment
 */
export async function serveScale(call: Call): Promise<void> {
  const { request, response } = call;
  const live = liveObject(call);
  if (request.method === "GET") {
    answerJson(response, 200, scaleOf(live));
    return;
  }
  if (request.method === "PUT") return write(await readObject(request));
  if (request.method !== "PATCH") throw methodNotAllowed();
  return write(patched(call, scaleOf(live), await readText(request), mediaType(request)));

  function write(body: unknown): void {
    const scale = body as { metadata?: { resourceVersion?: string }; spec?: { replicas?: number } };
    const replicas = scale.spec?.replicas ?? 0;
    if (!Number.isInteger(replicas)) throw badRequest("spec.replicas: must be an integer");
    const metadata = {
      ...live.metadata,
      resourceVersion: scale.metadata?.resourceVersion ?? live.metadata.resourceVersion!,
    };
    answerJson(
      response,
      200,
      scaleOf(writeObject(call, live, { ...live, metadata, spec: { ...live["spec"], replicas } })),
    );
  }
}

function scaleOf({ metadata, spec, status }: KubeObject): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = selectorText(spec.selector);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, ...(selector !== "<none>" && { selector }) },
  };
}
