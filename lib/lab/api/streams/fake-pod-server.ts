import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { ApiError } from "../../model.ts";
import type { ContainerProcess, Kubelet } from "../../model.ts";
import { createAuthority } from "../identity/authority.ts";
import { serveStreams } from "./serve-streams.ts";
import type { StreamRequest } from "./stream-request.ts";

/** An HTTPS server on loopback with one pod, default/echo, whose containers are processes of this machine. For tests. */
export interface FakePodServer {
  port: number;
  /** Trusts the server's certificate. */
  agent: Agent;
  /** Upgrades that were asked for: `websocket SUBPROTOCOLS` or `SPDY/3.1 STREAM-PROTOCOLS`. */
  upgrades: string[];
  /** Every process that was started, in order. */
  processes: ContainerProcess[];
  close(): Promise<void>;
}

export async function startFakePodServer(): Promise<FakePodServer> {
  const authority = await createAuthority("fake-pod-server");
  const { certificate, key } = await authority.issue({ subject: "127.0.0.1", addresses: ["127.0.0.1"] });
  const server = createServer({ key, cert: certificate }, answer);
  const processes: ContainerProcess[] = [];
  const upgrades: string[] = [];
  const streams = serveStreams();
  server.on("upgrade", (request, socket, head) => {
    const { upgrade, "sec-websocket-protocol": names, "x-stream-protocol-version": versions } = request.headers;
    upgrades.push(`${upgrade} ${names ?? String(versions)}`);
    const url = new URL(request.url ?? "/", "https://localhost");
    const subresource = url.pathname.split("/").at(-1) as StreamRequest["subresource"];
    const kubelet = fakeKubelet(processes);
    const pod = { namespace: "default", pod: "echo" };
    streams.upgrade({ request, socket, head, subresource, ...pod, query: url.searchParams, kubelet });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    agent: new Agent({ ca: authority.certificate }),
    upgrades,
    processes,
    async close() {
      await streams.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function fakeKubelet(processes: ContainerProcess[]): Kubelet {
  return {
    exec(_namespace, _pod, container, command) {
      if (container === "nope") throw new ApiError(400, "BadRequest", "container nope is not valid for pod echo");
      const process = startProcess(command);
      processes.push(process);
      return process;
    },
    logs: () => Readable.from(["first line\n", "second line\n"]),
    async dial(_namespace, _pod, port) {
      const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
      await once(socket, "connect");
      return socket;
    },
  };
}

function startProcess([file = "", ...args]: string[]): ContainerProcess {
  const child = spawn(file, args);
  const exited = new Promise<{ code: number } | { failure: string }>((resolve) => {
    child.once("error", () => resolve({ failure: `exec: "${file}": stat ${file}: no such file or directory` }));
    child.once("exit", (code, signal) => resolve({ code: code ?? (signal === "SIGKILL" ? 137 : 1) }));
  });
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited, kill: () => child.kill() };
}

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "echo", namespace: "default", uid: "5d0a6a52-7a6e-4d32-8d66-3d5d6d3f6b11" },
  spec: { nodeName: "node", containers: [{ name: "echo", image: "echo" }] },
  status: { phase: "Running" },
};

const documents: Record<string, object> = {
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
  "/api/v1": {
    kind: "APIResourceList",
    groupVersion: "v1",
    resources: [{ name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs: ["get"] }],
  },
  "/api/v1/namespaces/default/pods/echo": pod,
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const document = documents[(request.url ?? "").replace(/\?.*/, "")];
  response.writeHead(document ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(document ?? {}));
}
