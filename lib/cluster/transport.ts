import { HttpMethod, IsomorphicFetchHttpLibrary, RequestContext } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { Diagnostic } from "../base/diagnostic.ts";
import { fieldOf } from "../base/open-record.ts";
import { createRedactor, type Redactor } from "../base/redact.ts";
import type { Access } from "./kubeconfig/access.ts";
import { ApiFailure } from "./api-failure.ts";
import { statusFailure } from "./api-status.ts";
import { type ClientConfig, createClientConfig } from "./kubeconfig/client-config.ts";
import { changingCredentials, type ChangingCredentials } from "./kubeconfig/credentials.ts";
import { networkFailure } from "./network-failure.ts";
import { hostOf } from "./kubeconfig/server-host.ts";

export interface ApiRequest {
  method: "GET" | "PATCH" | "DELETE";
  /** From the root of the API server: `/api/v1/pods`. */
  path: string;
  query?: Record<string, string>;
  body?: { type: string; text: string };
  signal?: AbortSignal;
}

export interface ApiAnswer {
  status: number;
  text: string;
}

/** Requests to one API server with one identity. */
export interface Transport {
  readonly context: string;
  readonly server: string;
  readonly client: ClientConfig;
  readonly changing: ChangingCredentials | undefined;
  readonly redactor: Redactor;
  readonly timeoutMs: number;
  /**
   * Resolves with a 2xx answer. Throws ApiFailure for anything else, and Diagnostic `interrupted` when `signal` aborts.
   *
   * A reset connection, a 429 and a 503 are tried once more, after the server's Retry-After (10 s at most); a 401 once more when the
   * credentials can be renewed. All requests here may be repeated: reading, applying and deleting end in the same state.
   */
  send(request: ApiRequest): Promise<ApiAnswer>;
}

const longestRetryAfterMs = 10_000;
const defaultRetryAfterMs = 1000;

/** Prepares to talk to the API server of one context; connects to nothing yet. `timeoutMs` is for one try of one request. */
export function createTransport(access: Access, secrets: string[], timeoutMs: number): Transport {
  const redactor = createRedactor(secrets);
  const changing = changingCredentials(access, redactor);
  const transport: Transport = {
    context: access.context,
    server: hostOf(access.server),
    client: createClientConfig(access, changing),
    changing,
    redactor,
    timeoutMs,
    send: (request) => sendWithRetry(transport, access.server, request),
  };
  return transport;
}

async function sendWithRetry(transport: Transport, base: string, request: ApiRequest): Promise<ApiAnswer> {
  let renewed = false;
  for (let tries = 1; ; tries++) {
    const result = await sendOnce(transport, base, request);
    if (!("failure" in result)) return result;
    const { failure } = result;
    if (failure.failure === "unauthorized" && transport.changing !== undefined && !renewed) {
      renewed = true;
      transport.changing.forget();
      continue;
    }
    if (tries > (renewed ? 2 : 1) || !isPassing(failure)) throw failure;
    await pause(result.retryAfterMs, request.signal);
  }
}

function isPassing({ failure, status }: ApiFailure): boolean {
  return failure === "reset" || failure === "throttled" || status === 503;
}

type Failed = { failure: ApiFailure; retryAfterMs: number };

async function sendOnce(transport: Transport, base: string, request: ApiRequest): Promise<ApiAnswer | Failed> {
  const facts = {
    context: transport.context,
    server: transport.server,
    request: `${request.method} ${request.path}`,
  };
  try {
    const context = new RequestContext(base + request.path + queryText(request.query), HttpMethod[request.method]);
    context.setHeaderParam("Accept", "application/json");
    context.setHeaderParam("User-Agent", "meshgate");
    if (request.body !== undefined) {
      context.setHeaderParam("Content-Type", request.body.type);
      context.setBody(request.body.text);
    }
    const limits = request.signal === undefined ? [] : [request.signal];
    await authenticate(transport, context, request.signal);
    context.setSignal(AbortSignal.any([AbortSignal.timeout(transport.timeoutMs), ...limits]));
    const response = await new IsomorphicFetchHttpLibrary().send(context).toPromise();
    const text = await response.body.text();
    if (response.httpStatusCode >= 200 && response.httpStatusCode < 300)
      return { status: response.httpStatusCode, text };
    return {
      failure: statusFailure(facts, response.httpStatusCode, text, transport.redactor),
      retryAfterMs: retryAfterMs(response.headers["retry-after"]),
    };
  } catch (error) {
    // Diagnostics are our own; nothing of any other error leaves this function but what networkFailure says of it.
    if (error instanceof Diagnostic) throw error;
    if (request.signal?.aborted) throw interrupted(transport.context);
    return { failure: new ApiFailure({ ...facts, ...networkFailure(error) }), retryAfterMs: 100 };
  }
}

async function authenticate(
  transport: Transport,
  context: RequestContext,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await untilAborted(transport.client.kubeConfig.applySecurityAuthentication(context), transport.context, signal);
  } catch (error) {
    if (error instanceof Diagnostic) throw error;
    throw new ApiFailure({
      kind: "credentials",
      context: transport.context,
      server: transport.server,
      request: "credentials",
      what: `the auth-provider of the kubeconfig gave no credentials (${codeOf(error)})`,
    });
  }
}

/** A credential helper may wait for somebody to log in; an interrupt does not wait for it. */
async function untilAborted(work: Promise<void>, context: string, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await work;
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(interrupted(context)), { signal: over.signal });
    if (signal.aborted) reject(interrupted(context));
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}

function codeOf(error: unknown): string {
  const code = fieldOf(error, "code");
  return typeof code === "string" ? code : "no error code";
}

function queryText(query: Record<string, string> | undefined): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? "" : `?${text}`;
}

function retryAfterMs(header: string | undefined): number {
  const seconds = Number(header ?? "");
  if (header === undefined || header === "" || Number.isNaN(seconds)) return defaultRetryAfterMs;
  return Math.min(Math.max(seconds, 0) * 1000, longestRetryAfterMs);
}

async function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  // An abort ends the pause early; the next try then reports it.
  await sleep(durationMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

function interrupted(context: string): Diagnostic {
  return new Diagnostic("interrupted", `Interrupted while waiting for ${context}.`, "Run again.");
}
