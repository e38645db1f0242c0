import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { ApiError } from "../../model.ts";
import { statusBody } from "../status-errors.ts";

/** Answers with JSON. */
export function answerJson(response: ServerResponse, code: number, body: unknown, type = "application/json"): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(code, { ...commonHeaders(), "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

/** Answers with plain text. */
export function answerText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, {
    ...commonHeaders(),
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Answers with the Status of a refusal; any other error reads as 500. After the header went out, it can only hang up. */
export function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refused = error instanceof ApiError ? error : internalError(error);
  const retryAfter = refused.details?.["retryAfterSeconds"];
  if (typeof retryAfter === "number") response.setHeader("retry-after", retryAfter);
  const continueToken = refused.details?.["continue"];
  const body = statusBody(refused);
  if (continueToken !== undefined) {
    body["metadata"] = { continue: continueToken };
    delete body["details"];
  }
  answerJson(response, refused.code, body);
}

export function commonHeaders(): Record<string, string> {
  return { "audit-id": randomUUID(), "cache-control": "no-cache, private" };
}

function internalError(error: unknown): ApiError {
  const why = error instanceof Error ? error.message : String(error);
  return new ApiError(500, "InternalError", `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}
