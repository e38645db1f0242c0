import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

describe("the prober", () => {
  const prober = spawn(process.execPath, [join(import.meta.dirname, "node-prober.mjs")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: prober.stdout });
  const silent = createTcpServer(() => {});
  let server: Server;
  let port = 0;
  let silentPort = 0;

  const ask = async (question: Record<string, unknown>): Promise<unknown> => {
    prober.stdin.write(
      `${JSON.stringify({ id: 7, host: "127.0.0.1", port, timeoutMs: 5000, headers: {}, ...question })}\n`,
    );
    const [line] = (await once(answers, "line")) as [string];
    return JSON.parse(line);
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.statusCode = Number(request.url?.slice(1)) || (request.headers["x-key"] === "open" ? 204 : 401);
      response.end("x".repeat(100_000));
    }).listen(0, "127.0.0.1");
    silent.listen(0, "127.0.0.1");
    await Promise.all([once(server, "listening"), once(silent, "listening")]);
    port = (server.address() as AddressInfo).port;
    silentPort = (silent.address() as AddressInfo).port;
  });
  afterAll(async () => {
    prober.stdin.end();
    server.close();
    silent.close();
    await once(prober, "exit");
  });

  it.each([
    [{ path: "/200" }, null],
    [{ path: "399" }, null],
    [{ path: "/", headers: { "x-key": "open" } }, null],
    [{ path: "/" }, "HTTP probe failed with statuscode: 401"],
    [{ path: "/503" }, "HTTP probe failed with statuscode: 503"],
  ])("asks by HTTP with %j: %s", async (question, failure) => {
    expect(await ask({ kind: "http", scheme: "http", ...question })).toEqual({ id: 7, failure });
  });

  it("words its failures as a kubelet does", async () => {
    const closed = { scheme: "http", path: "/healthz", port: 9 };
    const late = { scheme: "http", path: "/healthz", port: silentPort, timeoutMs: 50 };
    expect(await ask({ kind: "http", ...closed })).toMatchObject({
      failure: 'Get "http://127.0.0.1:9/healthz": dial tcp 127.0.0.1:9: connect: connection refused',
    });
    expect(await ask({ kind: "http", ...late })).toMatchObject({
      failure: `Get "http://127.0.0.1:${silentPort}/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    });
    expect(await ask({ kind: "tcp" })).toMatchObject({ failure: null });
    expect(await ask({ kind: "tcp", port: 9 })).toMatchObject({
      failure: "dial tcp 127.0.0.1:9: connect: connection refused",
    });
  });
});
