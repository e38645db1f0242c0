import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startServing } from "./agent/serve.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { probeTcp } from "./tcp.ts";

const pod = { cluster: "athens", node: "worker-1", namespace: "meshgate", pod: "agent-1", uid: "u1" };
const client = { clientAddress: "10.0.0.1", clientPort: 1 };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A server that does with each question, head and payload, what the test wants. */
async function server(
  answer: (socket: Socket, question: { nonce: string; payload: Buffer }) => unknown,
): Promise<number> {
  const listener = createServer((socket) => {
    cleanUps.push(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.once("data", (bytes) => {
      const frame = decodeFrame(bytes);
      answer(socket, {
        nonce: (frame?.head as { nonce?: string })?.nonce ?? "",
        payload: frame?.payload ?? Buffer.alloc(0),
      });
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => listener.close());
  return (listener.address() as AddressInfo).port;
}

const ask = (port: number, timeoutMs = 5000) => probeTcp({ kind: "tcp", host: "127.0.0.1", port, timeoutMs });

describe("a TCP probe", () => {
  it.each([0, 64, 1024 * 1024])("is answered with a payload of %i bytes", async (payloadBytes) => {
    const serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
    cleanUps.push(() => serving.close());
    const seen = await probeTcp({
      kind: "tcp",
      host: "127.0.0.1",
      port: serving.ports.tcp,
      payloadBytes,
      timeoutMs: 10_000,
    });
    expect(seen).toMatchObject({
      outcome: "answered",
      identity: { ...pod, clientAddress: "127.0.0.1" },
      localAddress: "127.0.0.1",
    });
    expect(seen.identity?.clientPort).toBeGreaterThan(0);
  });

  it("holds its connection before it gets an answer", async () => {
    const serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
    cleanUps.push(() => serving.close());
    const held = { kind: "tcp", host: "127.0.0.1", port: serving.ports.tcp, timeoutMs: 5000, holdMs: 200 } as const;
    const seen = await probeTcp(held);
    expect(seen).toMatchObject({ outcome: "answered", identity: pod });
    expect(seen.firstByteMs).toBeGreaterThanOrEqual(200);
    expect(await probeTcp({ ...held, timeoutMs: 100 })).toMatchObject({
      outcome: "timeout",
      detail: "no end of the time that the connection is held within 100 ms",
    });
  });

  it("fails when its connection is cut while it is held", async () => {
    const port = await server((socket) => socket.resetAndDestroy());
    const seen = await probeTcp({ kind: "tcp", host: "127.0.0.1", port, timeoutMs: 5000, holdMs: 4000 });
    expect(seen.outcome).toBe("reset");
  });

  it("is answered over IPv6 too", async () => {
    const serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
    cleanUps.push(() => serving.close());
    const seen = await probeTcp({ kind: "tcp", host: "::1", port: serving.ports.tcp, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "answered", identity: { clientAddress: "::1" } });
  });

  it("is answered when the answer comes in single bytes", async () => {
    const port = await server(async (socket, { nonce, payload }) => {
      for (const byte of encodeFrame({ ...pod, ...client, nonce }, payload))
        await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
      socket.end();
    });
    expect(await ask(port)).toMatchObject({ outcome: "answered" });
  });

  it("finds a closed port: refused", async () => {
    const port = await server(() => undefined);
    await cleanUps.splice(0)[0]?.();
    expect(await ask(port)).toMatchObject({ outcome: "refused" });
  });

  it("finds silence: timeout", async () => {
    const seen = await ask(await server(() => undefined), 100);
    expect(seen).toMatchObject({ outcome: "timeout", detail: "no first byte of the answer within 100 ms" });
  });

  it("finds a reset: reset", async () => {
    const port = await server((socket) => socket.resetAndDestroy());
    expect(await ask(port)).toMatchObject({ outcome: "reset", detail: "ECONNRESET: the connection was torn down" });
  });

  it("finds a close without a word, or within the answer: reset", async () => {
    expect(await ask(await server((socket) => void socket.end()))).toMatchObject({
      outcome: "reset",
      detail: "closed before the answer",
    });
    const partly = await server(
      (socket, { nonce, payload }) =>
        void socket.end(encodeFrame({ ...pod, ...client, nonce }, payload.subarray(0, 9))),
    );
    expect(await ask(partly)).toMatchObject({
      outcome: "reset",
      detail: "closed within the answer: payload of 9 bytes instead of 64",
      identity: pod,
    });
  });

  it.each<[string, (question: { nonce: string; payload: Buffer }) => Buffer, string]>([
    ["another protocol", () => Buffer.from("SSH-2.0-OpenSSH_9.9\r\n"), "the reply is not an identity"],
    ["a banner without a line end", () => Buffer.from("hello"), "the reply is not an identity"],
    [
      "another nonce",
      ({ payload }) => encodeFrame({ ...pod, ...client, nonce: "stale" }, payload),
      "the reply has another nonce",
    ],
    [
      "another payload",
      ({ nonce, payload }) => encodeFrame({ ...pod, ...client, nonce }, Buffer.from(payload.map((byte) => byte ^ 255))),
      "payload differs from byte 0 of 64",
    ],
    [
      "too long a payload",
      ({ nonce, payload }) => encodeFrame({ ...pod, ...client, nonce }, Buffer.concat([payload, Buffer.of(1)])),
      "payload of 65 bytes instead of 64",
    ],
    ["a line without end", () => Buffer.alloc(70_000, "x"), "the reply is not an identity"],
  ])("finds %s: wrong-answer", async (_name, answer, detail) => {
    const port = await server((socket, question) => void socket.end(answer(question)));
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer", detail });
  });
});
