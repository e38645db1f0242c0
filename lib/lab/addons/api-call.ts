import { request } from "node:https";
import type { ApiAccess } from "./api-access.ts";

export interface ApiAnswer {
  status: number;
  /** Parsed JSON; undefined when there is none. */
  body: unknown;
}

const timeoutMs = 10_000;

/**
 * Sends one request to the API and reads its answer, whatever its status. `body` is sent as JSON, a PATCH as a merge patch. Rejects when no
 * answer came.
 */
export function callApi(
  { host, port, ca, token }: ApiAccess,
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>();
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const headers = { authorization: `Bearer ${token()}`, accept: "application/json", "content-type": type };
  const signal = AbortSignal.timeout(timeoutMs);
  request({ method, host, port, path, ca, headers, signal, agent: false }, (response) => {
    response.toArray().then((chunks: Buffer[]) => {
      resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) });
    }, reject);
  })
    .on("error", reject)
    .end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
