import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { attempt } from "./attempt.ts";
import type { Attempt, ProbeOptions } from "./attempt.ts";
import { encodeFrame, maxHeadBytes, maxPayloadBytes } from "./frame.ts";
import { judgeReply } from "./judge-reply.ts";
import { payloadOf } from "./payload.ts";
import type { Observation, TcpProbe } from "./probe.ts";
import { withAddress } from "./with-address.ts";

/** Asks over a new TCP connection to the echo port and expects identity and payload back. Never rejects. */
export function probeTcp(request: TcpProbe, options: ProbeOptions = {}): Promise<Observation> {
  return attempt(request.timeoutMs, options, (running) => {
    if ((request.payloadBytes ?? 0) > maxPayloadBytes)
      return running.finish("not-run", `a payload of more than ${maxPayloadBytes} bytes`);
    return withAddress(running, request.host, (address) => converse(running, address, request));
  });
}

/** How long a connection that has answered may take to be closed by the peer. */
const lingerMs = 1000;

function converse(running: Attempt, address: string, request: TcpProbe): void {
  const nonce = randomUUID();
  const payload = payloadOf(nonce, request.payloadBytes ?? 64);
  let reply: Buffer = Buffer.alloc(0);
  let expectedBytes: number | undefined;

  const socket = connect({ host: address, port: request.port });
  running.awaiting("SYN-ACK");
  running.release(() => {
    if (running.seen.identity === undefined) return socket.destroy();
    // The peer closes first, so that it and not this pod keeps the port in TIME_WAIT.
    return socket.unref().setTimeout(lingerMs, () => socket.destroy());
  });

  socket.on("connect", () => {
    running.seen.connectMs = running.elapsedMs();
    if (socket.localAddress !== undefined) running.seen.localAddress = socket.localAddress;
    const question = encodeFrame({ nonce, bytes: payload.length }, payload);
    if (request.holdMs === undefined) return send(question);
    running.awaiting("end of the time that the connection is held");
    socket.write(question.subarray(0, -1));
    const last = setTimeout(() => send(question.subarray(-1)), request.holdMs);
    running.release(() => clearTimeout(last));
  });
  socket.on("data", (chunk) => {
    if (running.done) return;
    running.seen.firstByteMs ??= running.elapsedMs();
    running.awaiting("end of the answer");
    reply = reply.length === 0 ? chunk : Buffer.concat([reply, chunk]);
    expectedBytes ??= lengthOf(reply, payload.length);
    if (expectedBytes !== undefined ? reply.length >= expectedBytes : reply.length > maxHeadBytes) judge();
  });
  socket.on("end", () => {
    if (running.done) return;
    if (reply.length === 0) return running.finish("reset", "closed before the answer");
    const { outcome, identity, detail } = judgeReply(reply, nonce, payload);
    if (identity?.nonce !== nonce) return running.finish(outcome, detail);
    running.seen.identity = identity;
    return running.finish("reset", `closed within the answer: ${detail}`);
  });
  socket.on("error", (error) => running.fail(error));

  function send(bytes: Buffer): void {
    running.awaiting("first byte of the answer");
    socket.write(bytes);
  }

  function judge(): void {
    const { outcome, identity, detail } = judgeReply(reply, nonce, payload);
    if (identity) running.seen.identity = identity;
    running.finish(outcome, detail);
  }
}

function lengthOf(reply: Buffer, payloadBytes: number): number | undefined {
  const end = reply.indexOf(10);
  return end < 0 ? undefined : end + 1 + payloadBytes;
}
