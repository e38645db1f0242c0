import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { takeSourcePort } from "./source-port.ts";

/** A question of one datagram: what is asked, and how many bytes its payload has; fewer than it takes make no difference. */
export interface Ask {
  head: object;
  bytes: number;
}

/** What came back for one of them. */
export interface Reply {
  head: Record<string, unknown>;
  /** Of payload. */
  bytes: number;
  afterMs: number;
}

/** A conversation with one peer in datagrams, each of which has a nonce of its own. */
export interface DatagramChannel {
  /**
   * Sends all at once and waits for the answers, at most so long. Answers come in the order of the questions; undefined where none
   * did. Throws the system's error when the kernel or the peer refused one.
   */
  exchange(questions: Ask[], waitMs: number): Promise<(Reply | undefined)[]>;
  close(): void;
}

const mostPortTries = 100;

/** Opens a channel to an IP literal. Rejects with the system's error. */
export function openDatagramChannel(host: string, port: number): Promise<DatagramChannel> {
  const waiting = new Map<string, (reply: Reply) => void>();
  const prefix = randomUUID().slice(0, 8);
  let lastId = 0;
  const refusals: Error[] = [];
  let portTries = mostPortTries;
  // Connected, the socket takes datagrams of this peer only and learns of ICMP errors.
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", recvBufferSize: 4 * 1024 * 1024 });
  socket.on("message", (message) => {
    const head = decodeFrame(message)?.head as Record<string, unknown> | undefined;
    const nonce = head?.["nonce"];
    if (head && typeof nonce === "string") waiting.get(nonce)?.({ head, bytes: message.length, afterMs: 0 });
  });

  return new Promise((resolve, reject) => {
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" && --portTries > 0) return void socket.bind(takeSourcePort());
      refusals.push(error);
      return reject(error);
    });
    socket.on("listening", () => socket.connect(port, host));
    socket.on("connect", () => resolve({ exchange, close: () => socket.close() }));
    socket.bind(takeSourcePort());
  });

  async function exchange(questions: Ask[], waitMs: number): Promise<(Reply | undefined)[]> {
    refusals.length = 0;
    const startedMs = performance.now();
    const replies: (Reply | undefined)[] = questions.map(() => undefined);
    const nonces = questions.map(() => `${prefix}-${(++lastId).toString(36)}`);
    const { promise: all, resolve: enough } = Promise.withResolvers<void>();
    for (const [index, nonce] of nonces.entries())
      waiting.set(nonce, (reply) => {
        waiting.delete(nonce);
        replies[index] = { ...reply, afterMs: performance.now() - startedMs };
        if (replies.every((each) => each !== undefined)) enough();
      });
    const timer = setTimeout(enough, waitMs);
    await Promise.all(questions.map(({ head, bytes }, index) => send({ ...head, nonce: nonces[index] }, bytes)));
    await all;
    clearTimeout(timer);
    for (const nonce of nonces) waiting.delete(nonce);
    const [refusal] = refusals;
    if (refusal && replies.every((each) => each === undefined)) throw refusal;
    return replies;
  }

  function send(head: object, bytes: number): Promise<void> {
    const line = encodeFrame(head, Buffer.alloc(0));
    const datagram = Buffer.concat([line, Buffer.alloc(Math.max(0, bytes - line.length))]);
    return new Promise((resolve) => {
      socket.send(datagram, (error) => {
        if (error) refusals.push(error);
        resolve();
      });
    });
  }
}
