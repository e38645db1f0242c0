import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { servingCertificate } from "../base/serving-certificate.ts";

/** What the server does with one request. */
export type Reply =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** Never answers. */
  | "hang"
  /** Sends half of an answer and drops the connection. */
  | "cut";

/** A request as it came in. */
export interface Asked {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, unknown>;
  body: string;
}

/** An API server that plays prepared answers over HTTPS, HTTP/2 and HTTP/1.1. For tests. */
export interface PlaybackServer {
  url: string;
  port: number;
  certificate: string;
  asked: Asked[];
  connections(): number;
  /** Sets the answer to `METHOD /path`; a function is asked each time. Without one it is 404. */
  answer(request: string, reply: Reply | ((asked: Asked) => Reply)): void;
  /** Refuses WebSockets with this, or accepts them and hands them over. */
  onUpgrade(handler: { status: number; body?: string } | ((socket: WebSocket, asked: Asked) => void)): void;
  /** Sets the subprotocols that it knows, the preferred one first; v5 and v4 at first. */
  speak(protocols: string[]): void;
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startPlaybackServer(): Promise<PlaybackServer> {
  const { certificate, key } = await servingCertificate(["127.0.0.1", "localhost"]);
  const replies = new Map<string, Reply | ((asked: Asked) => Reply)>();
  const asked: Asked[] = [];
  const sockets = new Set<Duplex>();
  let upgrade: Parameters<PlaybackServer["onUpgrade"]>[0] = { status: 404 };
  let protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
  let connected = 0;

  const server = createSecureServer({ cert: certificate, key, allowHTTP1: true });
  server.on("request", (request, response) => {
    void readBody(request).then((body) => {
      const each = describe(request, body);
      asked.push(each);
      const prepared = replies.get(`${each.method} ${each.path}`) ?? { status: 404, body: "404 page not found\n" };
      play(response, typeof prepared === "function" ? prepared(each) : prepared);
    });
  });
  server.on("secureConnection", (socket: Duplex) => {
    connected += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((each) => offered.has(each)) ?? false,
  });
  (server as EventEmitter).on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const each = describe(request, "");
    asked.push(each);
    const handler = upgrade;
    if (typeof handler === "function") webSockets.handleUpgrade(request, socket, head, (ws) => handler(ws, each));
    else {
      const body = handler.body ?? "";
      socket.end(
        `HTTP/1.1 ${handler.status} Refused\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    certificate,
    asked,
    connections: () => connected,
    answer: (request, reply) => void replies.set(request, reply),
    onUpgrade: (handler) => {
      upgrade = handler;
    },
    speak: (known) => {
      protocols = known;
    },
    close: async () => {
      for (const client of webSockets.clients) client.terminate();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function describe(request: Http2ServerRequest | IncomingMessage, body: string): Asked {
  const url = new URL(request.url ?? "/", "https://localhost");
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    headers: { ...request.headers },
    body,
  };
}

async function readBody(request: Http2ServerRequest | IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

function play(response: Http2ServerResponse, reply: Reply): void {
  if (reply === "hang") return;
  if (reply === "cut") {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"kind":"PodList","items":[', "utf8", () => response.stream.session?.destroy());
    return;
  }
  const { body = {} } = reply;
  const [type, text] = typeof body === "string" ? ["text/html", body] : ["application/json", JSON.stringify(body)];
  response.writeHead(reply.status, { "content-type": type, ...reply.headers });
  response.end(text);
}
