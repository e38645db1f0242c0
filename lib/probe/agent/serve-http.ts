import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { encodeFrame, maxHeadBytes, maxPayloadBytes } from "../frame.ts";
import type { Forwarded } from "../probe.ts";
import { identify } from "./identity.ts";
import { listen } from "./listen.ts";
import type { Pod } from "./pod.ts";
import type { Listening } from "./serving.ts";

/**
 * Answers every request with status 200: a line with the identity, then the body of the request unchanged. `/ready` is for the
 * kubelet: 200 while `isReady`, else 503. A body of more than 1 MiB gets 413.
 */
export function serveHttp(port: number, pod: Pod, isReady: () => boolean): Promise<Listening> {
  const server = createServer({ maxHeaderSize: maxHeadBytes, noDelay: true }, (request, response) => {
    if (request.url === "/ready")
      return reply(response, isReady() ? 200 : 503, Buffer.from(isReady() ? "ready\n" : "not ready\n"));
    return collect(request, (body) => {
      if (!body) return reply(response, 413, Buffer.from("more than 1 MiB\n"));
      return reply(response, 200, answerTo(request, pod, body), "application/json");
    });
  });
  return listen(server, port);
}

function answerTo(request: IncomingMessage, pod: Pod, body: Buffer): Buffer {
  const { remoteAddress: address, remotePort } = request.socket;
  const identity = identify(pod, request.headers["x-meshgate-nonce"], { address, port: remotePort });
  const received = { host: request.headers.host ?? "", path: request.url ?? "", ...forwardedTo(request) };
  return encodeFrame({ ...identity, ...received }, body);
}

const forwardedHeaders: Record<keyof Forwarded, string> = {
  for: "x-forwarded-for",
  proto: "x-forwarded-proto",
  host: "x-forwarded-host",
  realIp: "x-real-ip",
};
const maxForwardedCharacters = 512;

function forwardedTo({ headers }: IncomingMessage): { forwarded?: Forwarded } {
  const found = Object.entries(forwardedHeaders).flatMap(([name, header]) => {
    const value = [headers[header] ?? []].flat().join(", ");
    return value === "" ? [] : [[name, value.slice(0, maxForwardedCharacters)]];
  });
  return found.length === 0 ? {} : { forwarded: Object.fromEntries(found) as Forwarded };
}

const nothing = Buffer.alloc(0);

/** The body comes whole before the answer begins: a proxy in between need not stand an early answer. */
function collect(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  if (request.method === "GET") return done(nothing);
  const chunks: Buffer[] = [];
  let length = 0;
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxPayloadBytes) chunks.push(chunk);
  });
  request.on("end", () => done(length <= maxPayloadBytes ? Buffer.concat(chunks) : undefined));
  // A client that goes away within its request needs no answer.
  request.on("error", () => undefined);
  return undefined;
}

function reply(response: ServerResponse, status: number, body: Buffer, type = "text/plain"): void {
  response.writeHead(status, { "content-type": type, "content-length": body.length, connection: "close" }).end(body);
}
