import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { certificateChooser, findCertificate, type CertificateTable } from "./certificates.ts";
import type { Endpoint } from "./endpoints.ts";
import { createFakeCertificate } from "./fake-certificate.ts";
import { openGateway, type Gateway } from "./gateway.ts";
import { buildRoutes, type RouteTable } from "./routes.ts";
import type { ApiObject } from "../api-object.ts";

export interface TestGateway extends Gateway {
  /** What has been logged. */
  lines: string[];
  /** Takes other Ingresses and Secrets, from now on. */
  use(ingresses: ApiObject[], secrets?: Record<string, ApiObject>): CertificateTable;
}

const fake = await createFakeCertificate();

/** Opens a gateway on loopback; `endpoints` by the name of the Service, tried in that order. */
export async function testGateway(
  ingresses: ApiObject[],
  endpoints: Record<string, Endpoint[]>,
  idleMs = 60_000,
): Promise<TestGateway> {
  const choose = certificateChooser();
  const lines: string[] = [];
  let routes: RouteTable;
  let certificates: CertificateTable;
  const use: TestGateway["use"] = (own, secrets = {}) => {
    routes = buildRoutes(own);
    certificates = choose(routes, (key) => secrets[key]);
    return certificates;
  };
  use(ingresses);
  const gateway = await openGateway({
    address: "127.0.0.1",
    ports: { http: 0, https: 0 },
    fake,
    routes: () => routes,
    certificate: (name) => findCertificate(certificates.contexts, name),
    endpoints: ({ service }) => endpoints[service] ?? [],
    timeouts: { connectMs: 5_000, idleMs },
    log: (line) => void lines.push(line),
  });
  onTestFinished(() => gateway.close(0));
  return { ...gateway, lines, use };
}

/** Starts a backend on loopback. */
export async function startBackend(
  listener?: RequestListener,
): Promise<Endpoint & { server: Server; connections(): number }> {
  const server = createServer(listener ?? ((_request, response) => void response.end("ok")));
  let connections = 0;
  server.on("connection", () => (connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: "127.0.0.1", port, server, connections: () => connections };
}

/** A port of loopback where nobody listens. */
export async function closedPort(): Promise<Endpoint> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return { host: "127.0.0.1", port };
}

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
}

export interface Question {
  method?: string;
  host?: string;
  headers?: Record<string, string>;
  body?: string;
  agent?: Agent;
}

/** Asks a gateway over HTTP. */
export async function ask(
  port: number,
  path: string,
  { method = "GET", host = "foo.com", headers = {}, body, agent }: Question = {},
): Promise<Answer> {
  const options = { host: "127.0.0.1", port, path, method, headers: { host, ...headers }, agent: agent ?? false };
  const asked = request(options).end(body);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const chunks: Buffer[] = await response.toArray();
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
}
