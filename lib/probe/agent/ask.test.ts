import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { splitLines } from "../lines.ts";
import type { Probe } from "../probe.ts";
import type { Reply, Request } from "../protocol.ts";
import { startServing } from "./serve.ts";
import type { Serving } from "./serve.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const pod = { cluster: "athens", node: "worker-1", namespace: "meshgate", pod: "agent-1", uid: "u1" };
const cleanUps: (() => unknown)[] = [];
let serving: Serving;
beforeAll(async () => {
  serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
  return () => serving.close();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** An agent in a process of its own; `until` waits for a reply that fits. */
function agent(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, "ask"], {
    env: { ...process.env, MESHGATE_POD: "asker", ...environment },
  });
  cleanUps.push(() => child.kill("SIGKILL"));
  const replies: Reply[] = [];
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on(
    "data",
    splitLines((line) => {
      replies.push(JSON.parse(line) as Reply);
      for (const look of waiting) look();
    }),
  );
  child.stdin.on("error", () => undefined);
  const until = (fits: (reply: Reply) => boolean): Promise<Reply> =>
    new Promise((resolve) => {
      const look = () => {
        const found = replies.find(fits);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const say = (request: Request) => child.stdin.write(`${JSON.stringify(request)}\n`);
  return { child, replies, until, say, exited: once(child, "exit") as Promise<[number | null, string | null]> };
}

const http = (): Probe => ({ kind: "http", host: "127.0.0.1", port: serving.ports.http, timeoutMs: 10_000 });
const batch = (probes: Probe[], concurrency: number, firstId = 1): Request => ({
  type: "batch",
  concurrency,
  probes: probes.map((probe, index) => ({ id: firstId + index, probe })),
});
const result = (id: number) => (reply: Reply) => reply.type === "result" && reply.id === id;

async function silentServer() {
  const sockets: { destroy(): void }[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, accepted: () => sockets.length };
}

describe("an asking agent", () => {
  it("speaks first and says where it is", async () => {
    const { replies, until } = agent();
    await until((reply) => reply.type === "ready");
    expect(replies[0]).toMatchObject({
      type: "ready",
      version: 1,
      pod: "asker",
      runtime: expect.stringContaining("node v"),
    });
  });

  it("answers every probe of a batch, of every kind", async () => {
    const { say, until, replies } = agent({ ECHO_HOST: "10.96.0.1" });
    const { ports } = serving;
    const where = { host: "127.0.0.1", timeoutMs: 10_000 };
    say(
      batch(
        [
          http(),
          { kind: "tcp", port: ports.tcp, ...where },
          { kind: "udp", port: ports.udp, ...where },
          { kind: "environment", prefix: "ECHO_", timeoutMs: 1000 },
          {
            kind: "dns",
            server: "127.0.0.1",
            port: ports.http,
            transport: "tcp",
            name: "x",
            type: "A",
            timeoutMs: 300,
          },
          { kind: "smell", timeoutMs: 1 } as unknown as Probe,
          null as unknown as Probe,
        ],
        4,
      ),
    );
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map((id) => until(result(id))));
    const outcomes = replies.flatMap((reply) =>
      reply.type === "result" ? [[reply.id, reply.observation.outcome] as const] : [],
    );
    expect(Object.fromEntries(outcomes)).toEqual({
      1: "answered",
      2: "answered",
      3: "answered",
      4: "answered",
      5: expect.stringMatching(/^(timeout|reset)$/),
      6: "not-run",
      7: "not-run",
    });
  });

  it("takes requests in any pieces and answers pings meanwhile", async () => {
    const { child, until } = agent();
    const text = `${JSON.stringify(batch([http()], 1))}\n${JSON.stringify({ type: "ping", id: 7 })}\n{"type":"unknown"}\n`;
    for (let start = 0; start < text.length; start += 10) child.stdin.write(text.slice(start, start + 10));
    expect(await until(result(1))).toMatchObject({ observation: { outcome: "answered" } });
    const pong = await until((reply) => reply.type === "pong");
    expect(pong).toEqual({
      type: "pong",
      id: 7,
      eventLoopDelayMs: expect.any(Number),
      udpReceiveErrors: expect.any(Number),
      nowMs: expect.any(Number),
      lapses: [],
    });
  });

  it("keeps at most as many in flight as the last batch allows", async () => {
    const silent = await silentServer();
    const { say, until } = agent();
    const probe: Probe = { kind: "tcp", host: "127.0.0.1", port: silent.port, timeoutMs: 60_000 };
    const nine = Array.from({ length: 9 }, () => probe);
    for (const [round, limit] of [3, 5].entries()) {
      say(batch(nine, limit, 1 + round * 9));
      await expect.poll(silent.accepted, { timeout: 10_000 }).toBe(limit);
      say({ type: "ping", id: round });
      await until((reply) => reply.type === "pong" && reply.id === round);
      expect(silent.accepted()).toBe(limit);
    }
  });

  it("cancels what it is told to, or everything", async () => {
    const silent = await silentServer();
    const { say, until, replies } = agent();
    const probe: Probe = { kind: "tcp", host: "127.0.0.1", port: silent.port, timeoutMs: 60_000 };
    say(batch([probe, probe, probe, probe], 2));
    await expect.poll(silent.accepted, { timeout: 10_000 }).toBe(2);
    say({ type: "cancel", ids: [1, 4, 99] });
    await Promise.all([1, 4].map((id) => until(result(id))));
    await expect.poll(silent.accepted, { timeout: 10_000 }).toBe(3);
    expect(replies.filter(({ type }) => type === "result")).toHaveLength(2);
    say({ type: "cancel" });
    await Promise.all([2, 3].map((id) => until(result(id))));
    const results = replies.filter((reply) => reply.type === "result").map(({ observation }) => observation);
    expect(results).toMatchObject(Array.from({ length: 4 }, () => ({ outcome: "not-run", detail: "cancelled" })));
  });

  it.each(["hello\n", "5\n", '{"id":1}\n', '{"type":"batch","concurrency":1}\n'])(
    "ends with 2 at the line %j",
    async (line) => {
      const { child, exited } = agent();
      const said = once(child.stderr, "data");
      child.stdin.write(line);
      expect(String(await said)).toMatch(/^not a (line|batch) of the protocol: /);
      expect(await exited).toEqual([2, null]);
    },
  );

  it("ends with 0 when stdin ends, with probes in flight and with nobody who reads", async () => {
    const silent = await silentServer();
    const { child, say, exited } = agent();
    child.stdout.pause();
    say(batch(Array.from({ length: 3000 }, http), 64));
    say(batch([{ kind: "tcp", host: "127.0.0.1", port: silent.port, timeoutMs: 60_000 }], 64, 5000));
    child.stdin.end();
    expect(await exited).toEqual([0, null]);
  });

  it("ends by itself when nothing is asked for too long", async () => {
    const { child, exited } = agent({ MESHGATE_IDLE_LIMIT_MS: "300" });
    const said = once(child.stderr, "data");
    expect(await exited).toEqual([3, null]);
    expect(String(await said)).toBe("nothing was asked for 300 ms\n");
  });

  it("goes on for as long as it is asked", async () => {
    const { say, until } = agent({ MESHGATE_IDLE_LIMIT_MS: "1500" });
    await until((reply) => reply.type === "ready");
    const startedAt = performance.now();
    for (let id = 1; performance.now() - startedAt < 2000; id++) {
      say({ type: "ping", id });
      await until((reply) => reply.type === "pong" && reply.id === id);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    say(batch([http()], 1));
    expect(await until(result(1))).toMatchObject({ observation: { outcome: "answered" } });
  });

  it("starts nothing new while nobody reads, and loses nothing", async () => {
    let asked = 0;
    const server = createServer((socket) => {
      asked += 1;
      socket.on("error", () => undefined).resetAndDestroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanUps.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { child, say, until, replies } = agent();
    await until((reply) => reply.type === "ready");
    child.stdout.pause();
    const count = 5000;
    say(
      batch(
        Array.from({ length: count }, (): Probe => ({ kind: "tcp", host: "127.0.0.1", port, timeoutMs: 60_000 })),
        16,
      ),
    );
    let before = 0;
    const isStill = () => {
      const still = asked > 0 && asked === before;
      before = asked;
      return still;
    };
    await expect.poll(isStill, { interval: 250, timeout: 15_000 }).toBe(true);
    expect(asked).toBeLessThan(count);
    child.stdout.resume();
    await until(result(count));
    await expect.poll(() => replies.filter(({ type }) => type === "result").length, { timeout: 10_000 }).toBe(count);
    expect(asked).toBe(count);
  });

  it("reports that it was kept from running", async () => {
    const silent = await silentServer();
    const { child, say, until } = agent();
    await until((reply) => reply.type === "ready");
    say(batch([{ kind: "tcp", host: "127.0.0.1", port: silent.port, timeoutMs: 1500 }], 1));
    await expect.poll(silent.accepted, { timeout: 10_000 }).toBe(1);
    const stoppedAt = performance.now();
    child.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 400));
    const stoppedMs = performance.now() - stoppedAt;
    child.kill("SIGCONT");
    say({ type: "ping", id: 1 });
    const pong = await until((reply) => reply.type === "pong");
    expect(pong).toMatchObject({ eventLoopDelayMs: expect.toSatisfy((ms: number) => ms > stoppedMs / 2) });
    const seen = await until(result(1));
    expect(seen).toMatchObject({
      observation: { eventLoopDelayMs: expect.toSatisfy((ms: number) => ms > stoppedMs / 2) },
    });
    let id = 1;
    const delayNow = async () => {
      say({ type: "ping", id: ++id });
      const next = await until((reply) => reply.type === "pong" && reply.id === id);
      return next.type === "pong" ? next.eventLoopDelayMs : Infinity;
    };
    await expect.poll(delayNow, { timeout: 10_000 }).toBeLessThan(stoppedMs / 2);
  });
});
