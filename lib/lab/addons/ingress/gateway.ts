import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer, ServerResponse, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContext } from "node:tls";
import { accessLine } from "./access-line.ts";
import type { Endpoint } from "./endpoints.ts";
import { sendPage } from "./error-page.ts";
import { forward, type Exchange, type Timeouts } from "./forward.ts";
import { decideWith, ownStatus, type Quirk } from "./quirk.ts";
import type { Backend, RouteTable } from "./routes.ts";

export interface GatewayOptions {
  /** The address that both servers listen on. */
  address: string;
  /** Zero takes any free port. */
  ports: { http: number; https: number };
  /** PEM: what is shown to clients that ask for no name, or for one without a certificate. */
  fake: { certificate: string; key: string };
  /** What is valid at the moment of a request. */
  routes(): RouteTable;
  certificate(serverName: string): SecureContext | undefined;
  /** In the order in which they are to be tried. */
  endpoints(backend: Backend): Endpoint[];
  timeouts: Timeouts;
  /** What it does wrongly at the moment. */
  quirk?(): Quirk | undefined;
  /** One line for each request, when it has ended. */
  log(line: string): void;
}

/** The servers that clients speak to. */
export interface Gateway {
  ports: { http: number; https: number };
  /** Takes no new connections, ends each one after the request that runs on it, and breaks off what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** The ports that clients know, whatever the servers' own are. */
const publicPorts = { http: 80, https: 443 };
const keepAliveMs = 75_000;
const rememberTls = { "Strict-Transport-Security": "max-age=31536000; includeSubDomains" };

/** Opens the two servers, HTTP and HTTPS. Rejects when a port is taken. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { address, ports, fake, certificate } = options;
  const upgraded = new Set<Duplex>();
  let closing = false;

  function take(
    request: IncomingMessage,
    response: ServerResponse,
    isTls: boolean,
    upgrade?: Exchange["upgrade"],
  ): void {
    // The answer to a request that was under way when the end came still tells the client to connect anew.
    if (closing) response.shouldKeepAlive = false;
    response.on("close", () => closing && closeIdle());
    void serve(options, request, response, isTls, upgrade);
  }

  function takeUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, isTls: boolean): void {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Parameters<ServerResponse["assignSocket"]>[0]);
    response.on("finish", () => socket.end());
    socket.on("error", () => socket.destroy());
    upgraded.add(socket);
    socket.on("close", () => upgraded.delete(socket));
    take(request, response, isTls, { socket, head });
  }

  const common = { keepAliveTimeout: keepAliveMs, requestTimeout: 0, shouldUpgradeCallback: isWebSocket };
  const http = createHttpServer(common, (request, response) => take(request, response, false));
  const https = createHttpsServer(
    {
      ...common,
      cert: fake.certificate,
      key: fake.key,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
      SNICallback: (name, done) => done(null, certificate(name)),
    },
    (request, response) => take(request, response, true),
  );
  http.on("upgrade", (request, socket, head) => takeUpgrade(request, socket, head, false));
  https.on("upgrade", (request, socket, head) => takeUpgrade(request, socket, head, true));
  const servers = [http, https];
  const closeIdle = () => servers.forEach((server) => server.closeIdleConnections());
  await Promise.all([listen(http, address, ports.http), listen(https, address, ports.https)]);

  return {
    ports: { http: portOf(http), https: portOf(https) },
    async close(graceMs) {
      closing = true;
      const closed = servers.map((server) => once(server, "close"));
      for (const server of servers) server.close();
      const timer = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }, graceMs);
      await Promise.all(closed);
      clearTimeout(timer);
    },
  };
}

async function serve(
  { routes, endpoints, timeouts, quirk: quirkNow, log }: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
  isTls: boolean,
  upgrade: Exchange["upgrade"],
): Promise<void> {
  const arrival = {
    clientAddress: request.socket.remoteAddress ?? "",
    isTls,
    port: isTls ? publicPorts.https : publicPorts.http,
    requestId: randomBytes(16).toString("hex"),
    isUpgrade: upgrade !== undefined,
  };
  const startedMs = performance.now();
  const quirk = quirkNow?.();
  const decision = decideWith(quirk, routes(), { host: request.headers.host, target: request.url ?? "", isTls });
  const extraHeaders = isTls && decision.hasTls ? rememberTls : {};
  let asked: Endpoint | undefined;
  response.on("close", () => {
    const elapsedMs = performance.now() - startedMs;
    log(accessLine({ request, arrival, elapsedMs, status: response.statusCode, decision, endpoint: asked }));
  });
  if (decision.action === "forward") {
    const exchange = { request, response, arrival, extraHeaders, ...(upgrade && { upgrade }), ...(quirk && { quirk }) };
    asked = await forward(exchange, endpoints(decision.backend), timeouts);
  } else if (decision.action === "refuse") sendPage(response, ownStatus(quirk, decision.status), extraHeaders);
  else sendPage(response, 308, { Location: decision.location, ...extraHeaders });
}

/** Other protocols are asked for beside a usual request, to which a usual answer is due. */
function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

async function listen(server: Server, address: string, port: number): Promise<void> {
  server.listen(port, address);
  await once(server, "listening");
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
