import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Kubelet } from "../model.ts";
import type { ClusterCredentials } from "./credentials.ts";
import { handleRequest } from "./handle-request.ts";
import { handleUpgrade } from "./handle-upgrade.ts";
import type { ApiStore } from "./store.ts";
import type { Streams } from "./streams/serve-streams.ts";

export interface ApiServerOptions {
  store: ApiStore;
  credentials: ClusterCredentials;
  clusterName: string;
  /** What /version tells: `v1.36.2`. */
  version: string;
  kubelet: Kubelet;
  /** Port 0 takes any free port. */
  listen: { host: string; port: number };
  streams: Streams;
}

export interface ApiServer {
  port: number;
  /** Ends all watches, logs and streams, and stops listening. Never rejects. */
  close(): Promise<void>;
}

/** What the handlers of requests share. */
export interface ServerContext extends Omit<ApiServerOptions, "listen"> {
  /** `address:port`, as discovery tells it. */
  address: string;
  closing: AbortSignal;
}

/** Starts the HTTPS server of one cluster. Rejects when the address cannot be listened on. */
export async function startApiServer({ listen, ...options }: ApiServerOptions): Promise<ApiServer> {
  const { credentials } = options;
  const server = createServer({
    key: credentials.serverKeyPem,
    cert: credentials.serverCertPem,
    ca: credentials.caCertificate,
    requestCert: true,
    // Who brings no certificate of ours is anonymous or has a token.
    rejectUnauthorized: false,
    // Clients keep connections for long; one that the server closes first can cost them a request.
    keepAliveTimeout: 300_000,
    requestTimeout: 0,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const ending = new AbortController();
  const context: ServerContext = { ...options, address: `${listen.host}:${port}`, closing: ending.signal };
  server.on(
    "request",
    (request: IncomingMessage, response: ServerResponse) => void handleRequest(request, response, context),
  );
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    handleUpgrade(request, socket, head, context),
  );
  return {
    port,
    async close() {
      ending.abort();
      await options.streams.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
