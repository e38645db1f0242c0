import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startServing } from "./agent/serve.ts";
import type { Serving } from "./agent/serve.ts";
import { probeHttp } from "./http.ts";

const pod = { cluster: "athens", node: "worker-1", namespace: "meshgate", pod: "agent-1", uid: "u1" };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function agent(): Promise<Serving> {
  const serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
  cleanUps.push(() => serving.close());
  return serving;
}

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const http = (listener: (request: IncomingMessage, response: ServerResponse) => unknown) =>
  listening(createServer((request, response) => void listener(request, response)));
const raw = (onConnection: (socket: Socket) => void) =>
  listening(
    createTcpServer((socket) => {
      cleanUps.push(() => socket.destroy());
      socket.on("error", () => undefined);
      onConnection(socket);
    }),
  );

describe("an HTTP probe is answered", () => {
  it("by an agent that says who it is and what it received", async () => {
    const { ports } = await agent();
    const seen = await probeHttp({
      kind: "http",
      host: "127.0.0.1",
      port: ports.http,
      path: "/a/b?c=1",
      headers: { Host: "echo.example" },
      timeoutMs: 5000,
    });
    expect(seen).toMatchObject({
      outcome: "answered",
      status: 200,
      address: "127.0.0.1",
      localAddress: "127.0.0.1",
      identity: { ...pod, clientAddress: "127.0.0.1", host: "echo.example", path: "/a/b?c=1" },
    });
    expect(seen.connectMs).toBeLessThanOrEqual(seen.firstByteMs ?? -1);
    expect(seen.firstByteMs).toBeLessThanOrEqual(seen.durationMs);
    expect(seen).not.toHaveProperty("lookupMs");
    expect(seen).not.toHaveProperty("detail");
  });

  it("with its own Host header when none is given", async () => {
    const { ports } = await agent();
    const seen = await probeHttp({ kind: "http", host: "localhost", port: ports.http, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "answered", identity: { host: `localhost:${ports.http}`, path: "/" } });
    expect(["127.0.0.1", "::1"]).toContain(seen.address);
    expect(seen.lookupMs).toBeGreaterThanOrEqual(0);
  });

  it.each([1, 64, 100_000, 1024 * 1024])("with a payload of %i bytes", async (payloadBytes) => {
    const { ports } = await agent();
    const seen = await probeHttp({
      kind: "http",
      host: "127.0.0.1",
      port: ports.http,
      payloadBytes,
      timeoutMs: 10_000,
    });
    expect(seen).toMatchObject({ outcome: "answered", status: 200 });
  });

  it("over a new connection each time", async () => {
    const { ports } = await agent();
    const request = { kind: "http", host: "127.0.0.1", port: ports.http, timeoutMs: 5000 } as const;
    const clients = [await probeHttp(request), await probeHttp(request)].map(({ identity }) => identity?.clientPort);
    expect(new Set(clients).size).toBe(2);
  });

  it("through a proxy that answers with another status, when the identity is ours", async () => {
    const { ports } = await agent();
    const port = await http(async (request, response) => {
      const upstream = await fetch(`http://127.0.0.1:${ports.http}`, {
        headers: { "x-meshgate-nonce": String(request.headers["x-meshgate-nonce"]) },
      });
      response.writeHead(203).end(await upstream.text());
    });
    const seen = await probeHttp({ kind: "http", host: "127.0.0.1", port, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "answered", status: 203 });
  });
});

describe("an HTTP probe is not answered", () => {
  const ask = (port: number, timeoutMs = 5000, payloadBytes = 0) =>
    probeHttp({ kind: "http", host: "127.0.0.1", port, payloadBytes, timeoutMs });

  it("by a closed port: refused", async () => {
    const serving = await agent();
    await serving.close();
    cleanUps.length = 0;
    const seen = await ask(serving.ports.http);
    expect(seen).toMatchObject({ outcome: "refused", detail: "ECONNREFUSED: the peer refused" });
    expect(seen).not.toHaveProperty("connectMs");
  });

  it("by one that accepts and says nothing: timeout", async () => {
    const seen = await ask(await raw(() => undefined), 100);
    expect(seen).toMatchObject({ outcome: "timeout", detail: "no first byte of the answer within 100 ms" });
    expect(seen.connectMs).toBeGreaterThanOrEqual(0);
  });

  it("by one that stops in the middle: timeout", async () => {
    const port = await http((_request, response) => void response.writeHead(200, { "content-length": 100 }).write("{"));
    expect(await ask(port, 200)).toMatchObject({
      outcome: "timeout",
      status: 200,
      detail: "no end of the answer within 200 ms",
    });
  });

  it("by one that resets: reset", async () => {
    const port = await raw((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await ask(port)).toMatchObject({ outcome: "reset" });
  });

  it("by one that closes without a word, or in the middle: reset", async () => {
    const silent = await raw((socket) => socket.once("data", () => socket.end()));
    expect(await ask(silent)).toMatchObject({ outcome: "reset" });
    const partly = await raw((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")),
    );
    expect(await ask(partly)).toMatchObject({ outcome: "reset", status: 200 });
  });

  it("by a status without an identity: http-status", async () => {
    const port = await http((_request, response) => void response.writeHead(503).end("no backend"));
    expect(await ask(port)).toMatchObject({ outcome: "http-status", status: 503, detail: "status 503" });
  });

  it("by 200 without an identity: wrong-answer", async () => {
    const port = await http((_request, response) => void response.end("<html>It works!</html>\n"));
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer", detail: "the reply is not an identity" });
  });

  it("by something that is not HTTP: wrong-answer", async () => {
    const port = await raw((socket) => void socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer" });
  });

  it("by an identity with another nonce: wrong-answer, and it says whose", async () => {
    const identity = { ...pod, nonce: "stale", clientAddress: "10.0.0.1", clientPort: 1 };
    const port = await http((_request, response) => void response.end(`${JSON.stringify(identity)}\n`));
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer", identity, detail: "the reply has another nonce" });
  });

  it("by a payload that was changed on the way: wrong-answer", async () => {
    const port = await http(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      body.writeUInt8(body.readUInt8(500) ^ 1, 500);
      const identity = { ...pod, nonce: request.headers["x-meshgate-nonce"], clientAddress: "10.0.0.1", clientPort: 1 };
      response.end(Buffer.concat([Buffer.from(`${JSON.stringify(identity)}\n`), body]));
    });
    expect(await ask(port, 5000, 1000)).toMatchObject({
      outcome: "wrong-answer",
      detail: "payload differs from byte 500 of 1000",
    });
  });

  it("by an answer without end: wrong-answer", async () => {
    const port = await http((_request, response) => {
      const pour = () => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", pour);
      pour();
    });
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer", status: 200 });
  });

  it("where there is no route: unreachable", async () => {
    const seen = await probeHttp({ kind: "http", host: "255.255.255.255", port: 80, timeoutMs: 5000 });
    expect(seen.outcome).toBe("unreachable");
  });

  it.each([
    ["a port that is none", { port: 70_000 }],
    ["a path with a space", { path: "/a b" }],
    ["a header with a line end", { headers: { "x-a": "b\r\nc: d" } }],
    ["an empty host", { host: "" }],
    ["a payload beyond 1 MiB", { payloadBytes: 1024 * 1024 + 1 }],
  ])("when it has %s: not-run", async (_name, wrong) => {
    const seen = await probeHttp({ kind: "http", host: "127.0.0.1", port: 80, timeoutMs: 5000, ...wrong });
    expect(seen.outcome).toBe("not-run");
    expect(seen.detail).toMatch(/./);
  });

  it("when it is cancelled: not-run, and its connection is closed", async () => {
    const controller = new AbortController();
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const port = await raw((socket) => {
      socket.on("close", () => close()).resume();
      controller.abort();
    });
    const seen = await probeHttp(
      { kind: "http", host: "127.0.0.1", port, timeoutMs: 10_000 },
      { signal: controller.signal },
    );
    expect(seen).toMatchObject({ outcome: "not-run", detail: "cancelled" });
    await closed;
  });
});
