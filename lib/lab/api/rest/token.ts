import { fieldOf, listOf, numberOf } from "../../../base/open-record.ts";
import { answerJson } from "./answer.ts";
import { readObject } from "./body.ts";
import type { Call } from "./call.ts";
import { liveObject } from "./write.ts";

/**
 * POST to serviceaccounts/NAME/token: a token for that account.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
export async function requestToken(call: Call): Promise<void> {
  const { credentials, request, response } = call;
  const body = await readObject(request);
  const { name, namespace, uid } = liveObject(call).metadata;
  const audiences = listOf(body, "spec", "audiences").map(String);
  const expirationSeconds = numberOf(body, "spec", "expirationSeconds") ?? 3600;
  const token = credentials.issueToken(namespace!, name, {
    expirationSeconds,
    uid: uid!,
    ...(audiences.length > 0 && { audiences }),
  });
  const now = Date.now();
  const text = (timeMs: number) => new Date(timeMs).toISOString().replace(/\.\d+Z$/, "Z");
  answerJson(response, 201, {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, creationTimestamp: text(now) },
    spec: { audiences, expirationSeconds, boundObjectRef: fieldOf(body, "spec", "boundObjectRef") ?? null },
    status: { token, expirationTimestamp: text(now + expirationSeconds * 1000) },
  });
}
