import { randomUUID } from "node:crypto";
import { isIPv6 } from "node:net";
import { attempt } from "./attempt.ts";
import type { Attempt, ProbeOptions } from "./attempt.ts";
import { maxHeadBytes, maxPayloadBytes } from "./frame.ts";
import { judgeReply } from "./judge-reply.ts";
import { payloadOf } from "./payload.ts";
import type { HttpProbe, Observation } from "./probe.ts";
import { withAddress } from "./with-address.ts";

/** One HTTP question, whichever client sends it, and what its answer comes to. */
export interface HttpExchange {
  request: HttpProbe;
  method: "GET" | "POST";
  /** To be sent byte by byte. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer | undefined;
  /** Takes the head of the answer. */
  head(status: number, location: string | undefined): void;
  /** Takes a part of its body. */
  data(chunk: Buffer): void;
  /** Judges what came and finishes the attempt. */
  end(): void;
}

const maxLocationCharacters = 2048;

/** Runs one HTTP probe whose question and answer are carried by `converse`. Never rejects. */
export function attemptHttp(
  request: HttpProbe,
  options: ProbeOptions,
  converse: (running: Attempt, address: string, exchange: HttpExchange) => void,
): Promise<Observation> {
  return attempt(request.timeoutMs, options, (running) => {
    if ((request.payloadBytes ?? 0) > maxPayloadBytes)
      return running.finish("not-run", `a payload of more than ${maxPayloadBytes} bytes`);
    return withAddress(running, request.host, (address) => converse(running, address, prepare(running, request)));
  });
}

function prepare(running: Attempt, request: HttpProbe): HttpExchange {
  const nonce = randomUUID();
  const payload = payloadOf(nonce, request.payloadBytes ?? 0);
  const limit = payload.length + maxHeadBytes;
  const chunks: Buffer[] = [];
  let length = 0;
  let status = 0;

  const end = () => {
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    const { outcome, identity, detail } = judgeReply(body, nonce, payload);
    if (identity) running.seen.identity = identity;
    if (identity || status === 200) running.finish(outcome, detail);
    else running.finish("http-status", `status ${status}`);
  };
  return {
    request,
    method: payload.length > 0 ? "POST" : "GET",
    path: request.path ?? "/",
    headers: headersOf(request, nonce, payload.length),
    body: payload.length > 0 ? payload : undefined,
    head: (code, location) => {
      status = code;
      running.seen.status = code;
      if (location !== undefined) running.seen.location = location.slice(0, maxLocationCharacters);
      running.seen.firstByteMs = running.elapsedMs();
      running.awaiting("end of the answer");
    },
    data: (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) end();
    },
    end,
  };
}

function headersOf({ host, port, tls, headers }: HttpProbe, nonce: string, bytes: number): Record<string, string> {
  const name = isIPv6(host) ? `[${host}]` : host;
  const all: Record<string, string> = {
    host: port === (tls ? 443 : 80) ? name : `${name}:${port}`,
    connection: "close",
    "x-meshgate-nonce": nonce,
  };
  if (bytes > 0) Object.assign(all, { "content-type": "application/octet-stream", "content-length": `${bytes}` });
  for (const [key, value] of Object.entries(headers ?? {})) all[key.toLowerCase()] = value;
  return all;
}
