import { fieldOf, textOf } from "../base/open-record.ts";
import { printable } from "../base/printable.ts";
import type { Redactor } from "../base/redact.ts";
import { ApiFailure, type ApiFailureFacts, type ApiFailureKind } from "./api-failure.ts";

const longestMessage = 2000;

/**
 * Makes a failure of an HTTP status and the body that came with it: a Kubernetes Status, a line of text, or a page of a proxy.
 *
 * Of the body only `reason` and `message` of a Status, the first line of a plain text, or the title of a page are kept, redacted.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#api-responses
 */
export function statusFailure(
  facts: Omit<ApiFailureFacts, "kind" | "what">,
  status: number,
  body: string,
  redactor: Redactor,
): ApiFailure {
  const parsed = parseStatus(body);
  const said = redactor.redact(parsed?.message ?? outsiderText(body));
  const reason = parsed?.reason;
  const label = reason === undefined ? String(status) : `${status} ${reason}`;
  return new ApiFailure({
    ...facts,
    kind: kindOf(status, parsed !== undefined),
    what: said === "" ? label : `${label}: ${said}`,
    status,
    ...(reason === undefined ? {} : { reason }),
  });
}

function parseStatus(body: string): { message: string; reason: string | undefined } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (fieldOf(parsed, "kind") !== "Status") return undefined;
  const message = printable(textOf(parsed, "message") ?? "").slice(0, longestMessage);
  return { message, reason: textOf(parsed, "reason") };
}

/** What a body that is no Status says in one line; empty for one that says nothing. */
function outsiderText(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1]?.trim();
  if (title !== undefined && title !== "") return `a web page titled "${printable(title).slice(0, 100)}"`;
  if (/<html|<!doctype/i.test(body)) return "a web page";
  return printable(body.trim().split("\n", 1)[0] ?? "").slice(0, 200);
}

function kindOf(status: number, isStatus: boolean): ApiFailureKind {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 409) return "conflict";
  if (status === 407) return "proxy";
  if (status === 429) return "throttled";
  if (status >= 500) return "server-error";
  return isStatus ? "rejected" : "not-kubernetes";
}
