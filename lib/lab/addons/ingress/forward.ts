import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { connectToOne } from "./connect.ts";
import type { Endpoint } from "./endpoints.ts";
import { sendPage } from "./error-page.ts";
import { requestHeaders, responseHeaders, type Arrival } from "./forwarded-headers.ts";
import { headersWith, pathWith, type Quirk } from "./quirk.ts";

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** The client's connection, when it asks to speak another protocol on it. */
  upgrade?: { socket: Duplex; head: Buffer };
  arrival: Arrival;
  /** Headers that each answer gets. */
  extraHeaders: Record<string, string>;
  quirk?: Quirk;
}

export interface Timeouts {
  connectMs: number;
  /** Between two reads or writes. */
  idleMs: number;
}

/**
 * Sends a request on to the first endpoint that takes a connection, and the answer back, both as they flow. Without endpoints the client gets 503,
 * without a connection or an answer 502, and 504 when that took too long. Resolves with who was asked, once a connection stands.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html
 */
export async function forward(
  exchange: Exchange,
  endpoints: Endpoint[],
  { connectMs, idleMs }: Timeouts,
): Promise<Endpoint | undefined> {
  const { request, response, arrival, extraHeaders, quirk } = exchange;
  if (endpoints.length === 0) {
    sendPage(response, 503, extraHeaders);
    return undefined;
  }
  const connected = await connectToOne(endpoints, connectMs);
  if ("failure" in connected) {
    sendPage(response, connected.failure === "timeout" ? 504 : 502, extraHeaders);
    return undefined;
  }
  const { socket, endpoint } = connected;
  if (response.destroyed) {
    socket.destroy();
    return endpoint;
  }
  const toBackend = httpRequest({
    createConnection: () => socket,
    method: request.method,
    path: pathWith(quirk, request.url),
    headers: headersWith(quirk, requestHeaders(request, arrival)),
  });
  const isAsked = () => !response.headersSent && !response.destroyed;
  socket.setTimeout(idleMs, () => {
    if (isAsked()) sendPage(response, 504, extraHeaders);
    socket.destroy();
  });
  toBackend.on("error", () => (isAsked() ? sendPage(response, 502, extraHeaders) : undefined));
  toBackend.on("response", (answer) => {
    // The backend was told that the connection stays, so that it does not break off what it has not read yet.
    answer.on("close", () => socket.destroy());
    pass(answer, exchange);
  });
  toBackend.on("upgrade", (answer, backend, head) => join(exchange, answer, backend, head));
  // What is left of a body that nobody reads any more must not hold up the client's next request.
  toBackend.on("close", () => request.unpipe(toBackend).resume());
  response.on("close", () => toBackend.destroy());
  toBackend.flushHeaders();
  if (exchange.upgrade) toBackend.end();
  else request.pipe(toBackend);
  return endpoint;
}

function pass(answer: IncomingMessage, { response, extraHeaders }: Exchange): void {
  const headers = [...responseHeaders(answer.rawHeaders), ...Object.entries(extraHeaders).flat()];
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  response.flushHeaders();
  // A backend that breaks off must be seen to break off.
  answer.on("error", () => response.destroy());
  answer.pipe(response);
}

/** Both sides now speak what they agreed on; the controller only carries it. */
function join(
  { response, upgrade, extraHeaders }: Exchange,
  answer: IncomingMessage,
  backend: Duplex,
  head: Buffer,
): void {
  if (upgrade === undefined) {
    backend.destroy();
    sendPage(response, 502, extraHeaders);
    return;
  }
  const client = upgrade.socket;
  response.statusCode = 101;
  const headers = [
    ...responseHeaders(answer.rawHeaders),
    "Connection",
    "upgrade",
    ...Object.entries(extraHeaders).flat(),
  ];
  const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}\r\n`] : []));
  client.write(`HTTP/1.1 101 ${answer.statusMessage}\r\n${lines.join("")}\r\n`, "latin1");
  if (head.length > 0) client.write(head);
  if (upgrade.head.length > 0) backend.write(upgrade.head);
  for (const [from, to] of [
    [client, backend],
    [backend, client],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.pipe(to);
  }
}
