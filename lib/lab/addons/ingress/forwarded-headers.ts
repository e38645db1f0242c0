import type { IncomingMessage } from "node:http";

/** What the controller knows of a request besides its own words. */
export interface Arrival {
  clientAddress: string;
  isTls: boolean;
  /** The port of the controller that the client spoke to, as the outside knows it. */
  port: number;
  /** 32 hexadecimal digits, for a request that brings no X-Request-ID. */
  requestId: string;
  isUpgrade: boolean;
}

/** Headers of one connection, and those that only the controller may set. */
const notForwarded = new Set([
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-forwarded-scheme",
  "x-original-forwarded-for",
  "x-real-ip",
  "x-request-id",
  "x-scheme",
]);
const notAnswered = new Set(["connection", "date", "keep-alive", "server", "trailer", "transfer-encoding", "x-pad"]);
const bodiless = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"]);

/**
 * Gives the headers of the request to the backend, names and values in turn. What the client claims about its way is replaced; headers whose
 * names have other characters than letters, digits and hyphens are dropped.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#use-forwarded-headers
 */
export function requestHeaders(request: IncomingMessage, arrival: Arrival): string[] {
  const { clientAddress, isTls, port, requestId, isUpgrade } = arrival;
  const { headers, method = "GET" } = request;
  const host = headers.host ?? "";
  const scheme = isTls ? "https" : "http";
  const claimed = [headers["x-forwarded-for"] ?? []].flat().join(", ");
  const hasLength = headers["content-length"] !== undefined;
  const isChunked = headers["transfer-encoding"] !== undefined;
  const own: [name: string, value: string][] = [
    ["Host", host],
    ["X-Request-ID", [headers["x-request-id"] ?? ""].flat()[0] || requestId],
    ["X-Real-IP", clientAddress],
    ["X-Forwarded-For", clientAddress],
    ["X-Forwarded-Host", host],
    ["X-Forwarded-Port", String(port)],
    ["X-Forwarded-Proto", scheme],
    ["X-Forwarded-Scheme", scheme],
    ["X-Scheme", scheme],
  ];
  if (claimed !== "") own.push(["X-Original-Forwarded-For", claimed]);
  if (isUpgrade) own.push(["Upgrade", headers.upgrade ?? ""]);
  own.push(["Connection", isUpgrade ? "upgrade" : "keep-alive"]);
  if (isChunked) own.push(["Transfer-Encoding", "chunked"]);
  if (!isChunked && !hasLength && !bodiless.has(method)) own.push(["Content-Length", "0"]);
  const isKept = (name: string): boolean => !notForwarded.has(name) && /^[a-z0-9-]+$/.test(name);
  return [...own.flat(), ...keep(request.rawHeaders, isKept)];
}

/** Gives the headers of a backend's answer that go on to the client, names and values in turn. */
export function responseHeaders(rawHeaders: string[]): string[] {
  return keep(rawHeaders, (name) => !notAnswered.has(name) && !name.startsWith("x-accel-"));
}

function keep(rawHeaders: string[], isKept: (lowerCaseName: string) => boolean): string[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && isKept(name.toLowerCase()) ? [name, rawHeaders[index + 1] ?? ""] : [],
  );
}
