import { randomUUID } from "node:crypto";
import { request as openRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect, isIPv6 } from "node:net";
import { attempt } from "./attempt.ts";
import type { Attempt, ProbeOptions } from "./attempt.ts";
import { maxHeadBytes, maxPayloadBytes } from "./frame.ts";
import { judgeReply } from "./judge-reply.ts";
import { payloadOf } from "./payload.ts";
import type { HttpProbe, Observation } from "./probe.ts";
import { withAddress } from "./with-address.ts";

/** Asks over a new connection by HTTP/1.1 and expects an identity, and the payload if one was sent. Never rejects. */
export function probeHttp(request: HttpProbe, options: ProbeOptions = {}): Promise<Observation> {
  return attempt(request.timeoutMs, options, (running) => {
    if ((request.payloadBytes ?? 0) > maxPayloadBytes)
      return running.finish("not-run", `a payload of more than ${maxPayloadBytes} bytes`);
    return withAddress(running, request.host, (address) => converse(running, address, request));
  });
}

function converse(running: Attempt, address: string, request: HttpProbe): void {
  const nonce = randomUUID();
  const payload = payloadOf(nonce, request.payloadBytes ?? 0);
  running.awaiting("SYN-ACK");

  const outgoing = openRequest({
    // A connection of one's own: no pool, no reuse, and its events are seen from the beginning.
    createConnection: () => watchedConnection(running, address, request.port),
    method: payload.length > 0 ? "POST" : "GET",
    path: request.path ?? "/",
    headers: headersOf(request, nonce, payload.length),
  });
  running.release(() => outgoing.destroy());
  outgoing.on("error", (error) => running.fail(error));
  outgoing.on("response", (response) => read(running, response, nonce, payload));
  outgoing.end(payload.length > 0 ? payload : undefined);
}

function watchedConnection(running: Attempt, address: string, port: number) {
  const socket = connect({ host: address, port, noDelay: true });
  socket.once("connect", () => {
    running.seen.connectMs = running.elapsedMs();
    if (socket.localAddress !== undefined) running.seen.localAddress = socket.localAddress;
    running.awaiting("first byte of the answer");
  });
  return socket;
}

function headersOf(request: HttpProbe, nonce: string, bytes: number): Record<string, string> {
  const host = isIPv6(request.host) ? `[${request.host}]` : request.host;
  const defaults: Record<string, string> = {
    host: request.port === 80 ? host : `${host}:${request.port}`,
    connection: "close",
    "x-meshgate-nonce": nonce,
  };
  if (bytes > 0) Object.assign(defaults, { "content-type": "application/octet-stream", "content-length": `${bytes}` });
  for (const [name, value] of Object.entries(request.headers ?? {})) defaults[name.toLowerCase()] = value;
  return defaults;
}

function read(running: Attempt, response: IncomingMessage, nonce: string, payload: Buffer): void {
  const limit = payload.length + maxHeadBytes;
  const chunks: Buffer[] = [];
  let length = 0;
  const status = response.statusCode ?? 0;
  running.seen.status = status;
  running.seen.firstByteMs = running.elapsedMs();
  running.awaiting("end of the answer");
  response.on("error", (error) => running.fail(error));
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) judge();
  });
  response.on("end", judge);

  function judge(): void {
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    const { outcome, identity, detail } = judgeReply(body, nonce, payload);
    if (identity) running.seen.identity = identity;
    if (identity || status === 200) running.finish(outcome, detail);
    else running.finish("http-status", `status ${status}`);
  }
}
