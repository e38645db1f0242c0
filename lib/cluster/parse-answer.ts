import { isRecord, type OpenRecord } from "../base/open-record.ts";
import { ApiFailure } from "./api-failure.ts";
import type { ApiAnswer, ApiRequest, Transport } from "./transport.ts";

/** Reads the JSON object of an answer. Throws ApiFailure of kind `not-kubernetes` when it is none. */
export function parseAnswer(transport: Transport, { method, path }: ApiRequest, answer: ApiAnswer): OpenRecord {
  const parsed = parse(answer.text);
  if (isRecord(parsed)) return parsed;
  throw new ApiFailure({
    kind: "not-kubernetes",
    context: transport.context,
    server: transport.server,
    request: `${method} ${path}`,
    what: `status ${answer.status} with a body that is not a Kubernetes object`,
    status: answer.status,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
