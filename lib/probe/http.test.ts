import { createServer, request as openRequest } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { SecureContext } from "node:tls";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { servingCertificate } from "../base/serving-certificate.ts";
import { startServing } from "./agent/serve.ts";
import type { Serving } from "./agent/serve.ts";
import { probeHttpOutside } from "./http-outside.ts";
import { probeHttp } from "./http.ts";

/** Who asks: the agent, and the runner. What they see must not depend on who of them looks. */
const askers = [
  ["an agent", probeHttp],
  ["the runner", probeHttpOutside],
] as const;

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

describe.each(askers)("an HTTP probe of %s is answered", (_asker, probe) => {
  it("by an agent that says who it is and what it received", async () => {
    const { ports } = await agent();
    const seen = await probe({
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

  it.each([
    "/wear//x",
    "/a%2Fb",
    "/wear?x",
    "/wear/?",
    "/%77ear",
    "/wear/../x",
    "/.",
    "//wear",
    "/wear;x=1",
    "/wear#x",
  ])("that was asked for %s byte by byte", async (path) => {
    const { ports } = await agent();
    const seen = await probe({ kind: "http", host: "127.0.0.1", port: ports.http, path, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "answered", identity: { path } });
  });

  it("that tells what proxies said", async () => {
    const { ports } = await agent();
    const headers = {
      "X-Forwarded-For": `10.0.0.1, ${"1".repeat(600)}`,
      "X-Forwarded-Proto": "https",
      "x-forwarded-host": "shop.example",
      "X-Real-IP": "10.0.0.1",
    };
    const seen = await probe({ kind: "http", host: "127.0.0.1", port: ports.http, headers, timeoutMs: 5000 });
    expect(seen.identity?.forwarded).toEqual({
      for: `10.0.0.1, ${"1".repeat(502)}`,
      proto: "https",
      host: "shop.example",
      realIp: "10.0.0.1",
    });
    const direct = await probe({ kind: "http", host: "127.0.0.1", port: ports.http, timeoutMs: 5000 });
    expect(direct.identity).not.toHaveProperty("forwarded");
  });

  it("with its own Host header when none is given", async () => {
    const { ports } = await agent();
    const seen = await probe({ kind: "http", host: "localhost", port: ports.http, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "answered", identity: { host: `localhost:${ports.http}`, path: "/" } });
    expect(["127.0.0.1", "::1"]).toContain(seen.address);
    expect(seen.lookupMs).toBeGreaterThanOrEqual(0);
  });

  it.each([1, 64, 100_000, 1024 * 1024])("with a payload of %i bytes", async (payloadBytes) => {
    const { ports } = await agent();
    const seen = await probe({
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
    const clients = [await probe(request), await probe(request)].map(({ identity }) => identity?.clientPort);
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
    const seen = await probe({ kind: "http", host: "127.0.0.1", port, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "answered", status: 203 });
  });
});

describe.each(askers)("an HTTP probe of %s is not answered", (_asker, probe) => {
  const ask = (port: number, timeoutMs = 5000, payloadBytes = 0) =>
    probe({ kind: "http", host: "127.0.0.1", port, payloadBytes, timeoutMs });

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
    const halfway = await http((_request, response) => {
      response.writeHead(200, { "content-length": 9, connection: "close" });
      response.write("{", () => response.socket?.resetAndDestroy());
    });
    expect(await ask(halfway)).toMatchObject({ outcome: "reset" });
  });

  it("by one that closes without a word, or in the middle: reset", async () => {
    const silent = await raw((socket) => socket.once("data", () => socket.end()));
    expect(await ask(silent)).toMatchObject({ outcome: "reset" });
    for (const answer of [
      "content-length: 9\r\n\r\n{",
      "content-length: 9\r\nconnection: close\r\n\r\n{",
      "transfer-encoding: chunked\r\nconnection: close\r\n\r\n5\r\n{",
      "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n",
    ]) {
      const partly = await raw((socket) => socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\n${answer}`)));
      expect(await ask(partly)).toMatchObject({ outcome: "reset", status: 200 });
    }
    const headless = await raw((socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nconten")));
    expect(await ask(headless)).toMatchObject({ outcome: "reset" });
  });

  it("by a status without an identity: http-status", async () => {
    const port = await http((_request, response) => void response.writeHead(503).end("no backend"));
    expect(await ask(port)).toMatchObject({ outcome: "http-status", status: 503, detail: "status 503" });
  });

  it("by a redirect, which it does not follow: http-status", async () => {
    const location = "https://shop.example/wear";
    const port = await http((_request, response) => void response.writeHead(308, { location }).end());
    expect(await ask(port)).toMatchObject({ outcome: "http-status", status: 308, location });
  });

  it("by 200 without an identity: wrong-answer", async () => {
    const port = await http((_request, response) => void response.end("<html>It works!</html>\n"));
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer", detail: "the reply is not an identity" });
  });

  it("by something that is not HTTP: wrong-answer", async () => {
    const port = await raw((socket) => void socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer" });
  });

  it("by more header than anybody needs: wrong-answer", async () => {
    const port = await raw((socket) =>
      socket.once("data", () => socket.write(`HTTP/1.1 200 OK\r\n${`x-a: ${"b".repeat(1000)}\r\n`.repeat(100)}`)),
    );
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer" });
  });

  it("by something that changes from HTTP to something else: wrong-answer", async () => {
    const port = await raw((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")),
    );
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer", status: 200 });
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
    const seen = await probe({ kind: "http", host: "255.255.255.255", port: 80, timeoutMs: 5000 });
    expect(seen.outcome).toBe("unreachable");
  });

  it.each([
    ["a port that is none", { port: 70_000 }],
    ["a path with a space", { path: "/a b" }],
    ["a header with a line end", { headers: { "x-a": "b\r\nc: d" } }],
    ["an empty host", { host: "" }],
    ["a payload beyond 1 MiB", { payloadBytes: 1024 * 1024 + 1 }],
  ])("when it has %s: not-run", async (_name, wrong) => {
    const seen = await probe({ kind: "http", host: "127.0.0.1", port: 80, timeoutMs: 5000, ...wrong });
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
    const seen = await probe(
      { kind: "http", host: "127.0.0.1", port, timeoutMs: 10_000 },
      { signal: controller.signal },
    );
    expect(seen).toMatchObject({ outcome: "not-run", detail: "cancelled" });
    await closed;
  });
});

describe.each(askers)("over TLS, an HTTP probe of %s", (_asker, probe) => {
  const shop = { kind: "http", host: "127.0.0.1", tls: { serverName: "shop.example" }, timeoutMs: 5000 } as const;

  it("shows whatever certificate is served, and is answered", async () => {
    const { fingerprint256, port } = await tlsProxy(["shop.example", "*.shop.example"]);
    const seen = await probe({ ...shop, port, path: "/a%2Fb//c?d=%20", headers: { host: "other.example" } });
    expect(seen).toMatchObject({
      outcome: "answered",
      status: 200,
      localAddress: "127.0.0.1",
      certificate: { fingerprint256, names: ["shop.example", "*.shop.example"] },
      identity: { host: "other.example", path: "/a%2Fb//c?d=%20" },
    });
    expect(seen.connectMs).toBeLessThanOrEqual(seen.tlsMs ?? -1);
    expect(seen.tlsMs).toBeLessThanOrEqual(seen.firstByteMs ?? -1);
  });

  it("asks for the name of the server, or for none", async () => {
    const { port, asked } = await tlsProxy(["shop.example"]);
    const named = await probe({ ...shop, port });
    const nameless = await probe({ ...shop, port, tls: { serverName: "" } });
    expect([named.identity?.host, nameless.identity?.host]).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${port}`]);
    expect(asked).toEqual(["shop.example", false]);
  });

  it("is not answered by a server of plain HTTP: tls-failure", async () => {
    const port = await http((_request, response) => void response.end());
    const seen = await probe({ ...shop, port });
    expect(seen).toMatchObject({ outcome: "tls-failure", detail: expect.stringMatching(/^in the TLS handshake; E/) });
    expect(seen.connectMs).toBeGreaterThan(0);
    expect(seen).not.toHaveProperty("certificate");
  });

  it("is not answered by a server that has no certificate for the name: tls-failure", async () => {
    const { port } = await tlsProxy(["shop.example"], (_name, done) => done(new Error("no such name")));
    expect((await probe({ ...shop, port })).outcome).toMatch(/^(tls-failure|reset)$/);
  });

  it("is not answered by one that closes within the handshake: reset", async () => {
    const port = await raw((socket) => socket.once("data", () => socket.end()));
    expect(await probe({ ...shop, port })).toMatchObject({
      outcome: "reset",
      detail: "in the TLS handshake; ECONNRESET: the connection was torn down",
    });
  });

  it("is not answered by one that says nothing: timeout", async () => {
    const seen = await probe({ ...shop, port: await raw(() => undefined), timeoutMs: 100 });
    expect(seen).toMatchObject({ outcome: "timeout", detail: "no end of the TLS handshake within 100 ms" });
  });

  it("is not answered by a closed port: refused", async () => {
    const serving = await agent();
    await serving.close();
    cleanUps.length = 0;
    expect(await probe({ ...shop, port: serving.ports.http })).toMatchObject({ outcome: "refused" });
  });
});

type ChooseCertificate = (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;

/** Speaks TLS before an agent, and remembers what names were asked for. */
async function tlsProxy(names: string[], choose?: ChooseCertificate) {
  const { ports } = await agent();
  const { certificate: cert, key, fingerprint256 } = await servingCertificate(names);
  const asked: unknown[] = [];
  const server = createTlsServer({ cert, key, ...(choose ? { SNICallback: choose } : {}) }, (request, response) => {
    const { url: path = "", headers } = request;
    request.pipe(
      openRequest({ host: "127.0.0.1", port: ports.http, path, headers, agent: false }).on("response", (answer) =>
        answer.pipe(response),
      ),
    );
  });
  server.on("secureConnection", ({ servername }) => void asked.push(servername));
  server.on("tlsClientError", () => undefined);
  return { port: await listening(server), fingerprint256, asked };
}
