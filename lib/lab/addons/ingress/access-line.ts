import type { IncomingMessage } from "node:http";
import type { Decision } from "./decide.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Arrival } from "./forwarded-headers.ts";

export interface EndedRequest {
  request: IncomingMessage;
  arrival: Arrival;
  elapsedMs: number;
  status: number;
  decision: Decision;
  /** Who was asked; undefined when nobody was. */
  endpoint: Endpoint | undefined;
}

/** Writes one line about a request: who asked what, how it ended, after how many seconds, and which endpoint of which Service was asked. */
export function accessLine({ request, arrival, elapsedMs, status, decision, endpoint }: EndedRequest): string {
  const { method, url, httpVersion, headers } = request;
  const service = decision.action === "forward" ? decision.backend : undefined;
  const port = service && (service.port.name ?? service.port.number);
  return [
    arrival.clientAddress,
    `[${new Date().toISOString()}]`,
    arrival.isTls ? "https" : "http",
    headers.host ?? "-",
    `"${method} ${url} HTTP/${httpVersion}"`,
    status,
    (elapsedMs / 1_000).toFixed(3),
    service ? `[${service.namespace}-${service.service}-${port}]` : "[]",
    endpoint ? `${endpoint.host}:${endpoint.port}` : "-",
  ].join(" ");
}
