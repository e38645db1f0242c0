import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";
import { isRecord } from "../../base/open-record.ts";
import { decodeFrame, encodeFrame } from "../frame.ts";
import { knownMtu, mostBytes } from "../known-mtu.ts";
import { bindBothFamilies } from "./bind.ts";
import { identify, type Remote } from "./identity.ts";
import { createLately } from "./lately.ts";
import type { Pod } from "./pod.ts";
import type { Listening } from "./serving.ts";

/** The kernel caps it at net.core.rmem_max. */
const receiveBufferBytes = 8 * 1024 * 1024;

/** Of questions that arrived lately. */
const mostRemembered = 1_024;

/**
 * Answers a datagram of a line `{ nonce }` and a payload with identity and the same payload. With `reply` the answer has no identity and a
 * payload of so many bytes, whatever the question has; with `known` it tells how large a packet to the asker this kernel sends in one
 * piece; with `seen` it tells the own pod which of these nonces it has seen lately. Anything else gets no answer.
 */
export async function serveUdp(port: number, pod: Pod): Promise<Listening> {
  const socket = await bindBothFamilies((address) => bind(port, address));
  // An answer that cannot be sent is a question without an answer, which the asker sees.
  socket.on("error", () => undefined);
  const lately = createLately(mostRemembered);
  const answer = async (question: Question, remote: Remote): Promise<Buffer | undefined> => {
    const { nonce, payload } = question;
    const from = (remote.address ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
    switch (question.wants) {
      case "reply":
        return padded({ nonce }, question.bytes);
      case "known":
        return encodeFrame({ nonce, known: await knownMtu(from) }, nothing);
      case "seen":
        return isLoopback(from) ? encodeFrame({ nonce, seen: question.nonces.filter(lately.has) }, nothing) : undefined;
      default:
        return encodeFrame(identify(pod, nonce, remote), payload);
    }
  };
  socket.on("message", (message, { address, port: remotePort }) => {
    const question = questionOf(message);
    if (!question) return;
    lately.add(question.nonce);
    void answer(question, { address, port: remotePort }).then((datagram) => {
      if (datagram) socket.send(datagram, remotePort, address, () => undefined);
    });
  });
  return { port: socket.address().port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

async function bind(port: number, address: string): Promise<Socket> {
  const socket = createSocket({ type: address === "::" ? "udp6" : "udp4", recvBufferSize: receiveBufferBytes });
  try {
    socket.bind({ port, address });
    await once(socket, "listening");
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

type Question = { nonce: string; payload: Buffer } & (
  | { wants: "identity" | "known" }
  | { wants: "reply"; bytes: number }
  | { wants: "seen"; nonces: string[] }
);

function questionOf(message: Buffer): Question | undefined {
  const frame = decodeFrame(message);
  if (!frame || !isRecord(frame.head)) return undefined;
  const { nonce, reply, known, seen } = frame.head;
  if (typeof nonce !== "string") return undefined;
  const { payload } = frame;
  if (typeof reply === "number") return { nonce, payload, wants: "reply", bytes: reply };
  if (Array.isArray(seen)) return { nonce, payload, wants: "seen", nonces: seen.filter(isText) };
  return { nonce, payload, wants: known === true ? "known" : "identity" };
}

const nothing = Buffer.alloc(0);

/** No larger than what is measured: who forges an asker's address could make it hit that one. */
function padded(head: object, bytes: number): Buffer {
  const line = encodeFrame(head, nothing);
  return Buffer.concat([line, Buffer.alloc(Math.max(0, Math.min(bytes, mostBytes) - line.length))]);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
