import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { probeHttp } from "../http.ts";
import { probeTcp } from "../tcp.ts";
import { probeUdp } from "../udp.ts";
import { startServing } from "./serve.ts";
import type { Ports } from "./serve.ts";

const pod = { cluster: "athens", node: "worker-1", namespace: "meshgate", pod: "agent-1", uid: "u1" };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function started(ready = true) {
  const serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, ready);
  cleanUps.push(() => serving.close());
  return serving;
}

describe("a serving agent", () => {
  it("is ready, or not, for the kubelet alone", async () => {
    const serving = await started(false);
    const ready = async () => (await fetch(`http://127.0.0.1:${serving.ports.http}/ready`)).status;
    expect(await ready()).toBe(503);
    const seen = await probeHttp({ kind: "http", host: "127.0.0.1", port: serving.ports.http, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "answered", identity: pod });
    serving.setReady(true);
    expect(await ready()).toBe(200);
  });

  it("answers a plain GET with JSON and closes", async () => {
    const { ports } = await started();
    const response = await fetch(`http://127.0.0.1:${ports.http}/x?y`, { headers: { "x-meshgate-nonce": "n1" } });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("connection")).toBe("close");
    expect(await response.json()).toMatchObject({ ...pod, nonce: "n1", path: "/x?y", host: `127.0.0.1:${ports.http}` });
  });

  it("refuses a body of more than 1 MiB", async () => {
    const { ports } = await started();
    const response = await fetch(`http://127.0.0.1:${ports.http}`, {
      method: "POST",
      body: Buffer.alloc(1024 * 1024 + 1),
    });
    expect(response.status).toBe(413);
  });

  it.each([
    "no JSON\n",
    "5\n",
    '{"nonce":1,"bytes":0}\n',
    '{"nonce":"n","bytes":-1}\n',
    '{"nonce":"n","bytes":9999999}\n',
    "x".repeat(70_000),
  ])("closes a TCP connection that asks %#", async (question) => {
    const { ports } = await started();
    const socket = connect(ports.tcp, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", () => undefined);
    socket.write(question);
    await once(socket, "close");
    expect(answer).toBe("");
  });

  it("answers a TCP client that has already ended its side", async () => {
    const { ports } = await started();
    const socket = connect({ port: ports.tcp, host: "127.0.0.1", allowHalfOpen: true });
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.end('{"nonce":"n","bytes":2}\nab');
    await once(socket, "close");
    expect(answer).toMatch(/"pod":"agent-1".*\nab$/);
  });

  it("gives no answer to a datagram without a nonce, and goes on", async () => {
    const { ports } = await started();
    const socket = createSocket("udp4");
    cleanUps.push(() => socket.close());
    let answers = 0;
    socket.on("message", () => (answers += 1));
    for (const text of ["", "hello", "hello\n", "{}\n", '{"nonce":1}\n']) socket.send(text, ports.udp, "127.0.0.1");
    const answered = once(socket, "message");
    socket.send('{"nonce":"n"}\nab', ports.udp, "127.0.0.1");
    const [message] = (await answered) as [Buffer];
    expect(message.toString()).toMatch(/"nonce":"n".*\nab$/);
    expect(answers).toBe(1);
  });

  it("rejects when a port is taken", async () => {
    const { ports } = await started();
    await expect(startServing({ http: ports.http, tcp: 0, udp: 0 }, pod, true)).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
    await expect(startServing({ http: 0, tcp: 0, udp: ports.udp }, pod, true)).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });
});

describe("the main process", () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const anyPorts = { MESHGATE_HTTP_PORT: "0", MESHGATE_TCP_PORT: "0", MESHGATE_UDP_PORT: "0" };

  async function launch(environment: Record<string, string>) {
    const child = spawn(process.execPath, [main, "serve"], { env: { ...process.env, ...anyPorts, ...environment } });
    cleanUps.push(() => child.kill("SIGKILL"));
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return { child, exited: once(child, "exit"), ports: (JSON.parse(line.toString()) as { serving: Ports }).serving };
  }

  it("after SIGTERM is unready, goes on to answer, and ends with 0", async () => {
    const { child, exited, ports } = await launch({ MESHGATE_DRAIN_MS: "60000", MESHGATE_POD: "agent-1" });
    const ready = async () => (await fetch(`http://127.0.0.1:${ports.http}/ready`)).status;
    expect(await ready()).toBe(200);
    child.kill("SIGTERM");
    await expect.poll(ready, { timeout: 10_000 }).toBe(503);
    const where = { host: "127.0.0.1", timeoutMs: 5000 };
    const seen = await Promise.all([
      probeHttp({ kind: "http", port: ports.http, ...where }),
      probeTcp({ kind: "tcp", port: ports.tcp, ...where }),
      probeUdp({ kind: "udp", port: ports.udp, ...where }),
    ]);
    expect(seen.map(({ outcome, identity }) => [outcome, identity?.pod])).toEqual(
      seen.map(() => ["answered", "agent-1"]),
    );
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });

  it("ends with 0 when the drain is over, after the answer under way", async () => {
    const { child, exited, ports } = await launch({ MESHGATE_DRAIN_MS: "200" });
    const socket = connect(ports.tcp, "127.0.0.1");
    await once(socket, "connect");
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.write('{"nonce":"n","bytes":4}\nab');
    // An answered question on a later connection proves that the server has accepted this one.
    await probeTcp({ kind: "tcp", host: "127.0.0.1", port: ports.tcp, timeoutMs: 5000 });
    child.kill("SIGTERM");
    const gone = () => probeTcp({ kind: "tcp", host: "127.0.0.1", port: ports.tcp, timeoutMs: 1000 });
    await expect.poll(async () => (await gone()).outcome, { timeout: 10_000 }).toBe("refused");
    socket.write("cd");
    await once(socket, "close");
    expect(answer).toMatch(/\nabcd$/);
    expect(await exited).toEqual([0, null]);
  });

  it("is never ready with MESHGATE_READY=false", async () => {
    const { ports } = await launch({ MESHGATE_READY: "false" });
    expect((await fetch(`http://127.0.0.1:${ports.http}/ready`)).status).toBe(503);
  });

  it("says why it cannot serve and ends with 1; another command ends with 2", async () => {
    const { ports } = await launch({});
    const second = spawn(process.execPath, [main, "serve"], {
      env: { ...process.env, ...anyPorts, MESHGATE_TCP_PORT: `${ports.tcp}` },
    });
    const [said, [code]] = await Promise.all([once(second.stderr, "data"), once(second, "exit")]);
    expect(String(said)).toBe("cannot serve: EADDRINUSE\n");
    expect(code).toBe(1);
    const [usage] = (await once(spawn(process.execPath, [main, "help"]), "exit")) as [number];
    expect(usage).toBe(2);
  });
});
