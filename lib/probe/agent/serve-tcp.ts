import { createServer } from "node:net";
import type { Socket } from "node:net";
import { decodeFrame, encodeFrame, maxHeadBytes, maxPayloadBytes } from "../frame.ts";
import type { Frame } from "../frame.ts";
import { identify } from "./identity.ts";
import { listen } from "./listen.ts";
import type { Pod } from "./pod.ts";
import type { Listening } from "./serving.ts";

/** Answers a line `{ nonce, bytes }` and its payload with a line of identity and the same payload, then closes. */
export function serveTcp(port: number, pod: Pod): Promise<Listening> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => answer(socket, pod));
  return listen(server, port);
}

const patienceMs = 30_000;

function answer(socket: Socket, pod: Pod): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let awaitedBytes = 1;
  let answered = false;
  const remote = { address: socket.remoteAddress, port: socket.remotePort };
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (answered || length < awaitedBytes) return;
    const question = readQuestion(Buffer.concat(chunks));
    if (question === "bad") return socket.destroy();
    if (typeof question === "number") {
      awaitedBytes = question;
      return;
    }
    answered = true;
    socket.end(encodeFrame(identify(pod, question.nonce, remote), question.payload));
  });
  socket.on("end", () => {
    if (!answered) socket.destroy();
  });
}

/** The question, or the number of bytes at which to look again. */
function readQuestion(received: Buffer): { nonce: string; payload: Buffer } | number | "bad" {
  const frame = decodeFrame(received);
  if (!frame) return received.length > maxHeadBytes ? "bad" : received.length + 1;
  const head = headOf(frame);
  if (!head) return "bad";
  const missing = head.bytes - frame.payload.length;
  return missing > 0
    ? received.length + missing
    : { nonce: head.nonce, payload: frame.payload.subarray(0, head.bytes) };
}

function headOf({ head }: Frame): { nonce: string; bytes: number } | undefined {
  if (typeof head !== "object" || head === null) return undefined;
  const { nonce, bytes } = head as { nonce?: unknown; bytes?: unknown };
  if (typeof nonce !== "string" || typeof bytes !== "number") return undefined;
  return bytes >= 0 && bytes <= maxPayloadBytes ? { nonce, bytes } : undefined;
}
