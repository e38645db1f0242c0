import { createSocket } from "node:dgram";
import type { RemoteInfo, Socket } from "node:dgram";
import { afterEach, describe, expect, it } from "vitest";
import { startServing } from "./agent/serve.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { takeSourcePort } from "./source-port.ts";
import { probeUdp } from "./udp.ts";

const pod = { cluster: "athens", node: "worker-1", namespace: "meshgate", pod: "agent-1", uid: "u1" };
const client = { clientAddress: "10.0.0.1", clientPort: 1 };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  cleanUps.push(() => socket.close());
  return socket;
}

/** A server that answers each question with these datagrams. */
async function server(
  answer: (question: { nonce: string; payload: Buffer }, from: RemoteInfo) => Buffer[],
): Promise<number> {
  const socket = await bound();
  socket.on("message", (message, from) => {
    const frame = decodeFrame(message);
    const question = {
      nonce: (frame?.head as { nonce?: string })?.nonce ?? "",
      payload: frame?.payload ?? Buffer.alloc(0),
    };
    for (const reply of answer(question, from)) socket.send(reply, from.port, from.address);
  });
  return socket.address().port;
}

const ask = (port: number, timeoutMs = 5000) => probeUdp({ kind: "udp", host: "127.0.0.1", port, timeoutMs });

describe("a UDP probe", () => {
  it("uses no source port again soon, since a flow from an old port may still be admitted by somebody", async () => {
    const ports: number[] = [];
    const port = await server(({ nonce, payload }, from) => {
      ports.push(from.port);
      return [encodeFrame({ nonce, ...pod, ...client }, payload)];
    });
    for (let round = 0; round < 40; round++) await Promise.all(Array.from({ length: 50 }, () => ask(port)));
    expect(new Set(ports).size).toBe(2000);
  });

  it("passes over source ports that are taken", async () => {
    const following = takeSourcePort() + 1;
    const taken = createSocket("udp4");
    await new Promise<void>((resolve) => taken.bind(following, resolve));
    cleanUps.push(() => taken.close());
    const port = await server(({ nonce, payload }) => [encodeFrame({ nonce, ...pod, ...client }, payload)]);
    expect(await ask(port)).toMatchObject({ outcome: "answered" });
    expect(takeSourcePort()).toBe(following + 2);
  });

  it.each([0, 64, 1400, 60_000])("is answered with a payload of %i bytes", async (payloadBytes) => {
    const serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
    cleanUps.push(() => serving.close());
    const seen = await probeUdp({
      kind: "udp",
      host: "127.0.0.1",
      port: serving.ports.udp,
      payloadBytes,
      timeoutMs: 5000,
    });
    expect(seen).toMatchObject({
      outcome: "answered",
      identity: { ...pod, clientAddress: "127.0.0.1" },
      localAddress: "127.0.0.1",
    });
  });

  it("is answered over IPv6 too", async () => {
    const serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
    cleanUps.push(() => serving.close());
    const seen = await probeUdp({ kind: "udp", host: "::1", port: serving.ports.udp, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "answered", identity: { clientAddress: "::1" } });
  });

  it("finds a closed port, by the ICMP error: refused", async () => {
    const socket = await bound();
    const { port } = socket.address();
    cleanUps.length = 0;
    await new Promise<void>((resolve) => socket.close(resolve));
    expect(await ask(port)).toMatchObject({ outcome: "refused" });
  });

  it("finds silence: timeout, after one datagram only", async () => {
    let questions = 0;
    const port = await server(() => {
      questions += 1;
      return [];
    });
    expect(await ask(port, 150)).toMatchObject({ outcome: "timeout", detail: "no datagram within 150 ms" });
    expect(questions).toBe(1);
  });

  it("ignores the answer to another question", async () => {
    const stale = encodeFrame({ ...pod, ...client, nonce: "stale" }, Buffer.alloc(64));
    const right = await server(({ nonce, payload }) => [stale, encodeFrame({ ...pod, ...client, nonce }, payload)]);
    expect(await ask(right)).toMatchObject({ outcome: "answered" });
    const never = await server(() => [stale, stale]);
    expect(await ask(never, 150)).toMatchObject({
      outcome: "timeout",
      detail: "no datagram with this nonce (but 2 with another) within 150 ms",
    });
  });

  it("hears nobody but whom it asked", async () => {
    const stranger = await bound();
    const socket = await bound();
    socket.on("message", (message, from) => {
      const frame = decodeFrame(message);
      const nonce = (frame?.head as { nonce?: string })?.nonce;
      const reply = (name: string) =>
        encodeFrame({ ...pod, ...client, nonce, pod: name }, frame?.payload ?? Buffer.alloc(0));
      stranger.send(reply("stranger"), from.port, from.address, () =>
        socket.send(reply("agent-1"), from.port, from.address),
      );
    });
    expect(await ask(socket.address().port)).toMatchObject({ outcome: "answered", identity: { pod: "agent-1" } });
  });

  it("finds something that is not ours: wrong-answer", async () => {
    const port = await server(() => [Buffer.from("who is there?")]);
    expect(await ask(port)).toMatchObject({ outcome: "wrong-answer", detail: "the reply is not an identity" });
  });

  it("finds a payload that was cut: wrong-answer", async () => {
    const port = await server(({ nonce, payload }) => [
      encodeFrame({ ...pod, ...client, nonce }, payload.subarray(0, 10)),
    ]);
    expect(await ask(port)).toMatchObject({
      outcome: "wrong-answer",
      detail: "payload of 10 bytes instead of 64",
      identity: { pod: "agent-1" },
    });
  });

  it("is not permitted to broadcast: denied", async () => {
    const seen = await probeUdp({ kind: "udp", host: "255.255.255.255", port: 9, timeoutMs: 5000 });
    expect(seen.outcome).toBe("denied");
  });

  it("is not asked with a payload that does not fit", async () => {
    const seen = await probeUdp({ kind: "udp", host: "127.0.0.1", port: 9, payloadBytes: 60_001, timeoutMs: 5000 });
    expect(seen).toMatchObject({ outcome: "not-run", detail: "a payload of more than 60000 bytes" });
  });
});
