import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";
import { decodeFrame, encodeFrame } from "../frame.ts";
import { bindBothFamilies } from "./bind.ts";
import { identify } from "./identity.ts";
import type { Pod } from "./pod.ts";
import type { Listening } from "./serving.ts";

/** The kernel caps it at net.core.rmem_max. */
const receiveBufferBytes = 8 * 1024 * 1024;

/** Answers a datagram of a line `{ nonce }` and a payload with identity and the same payload; anything else gets no answer. */
export async function serveUdp(port: number, pod: Pod): Promise<Listening> {
  const socket = await bindBothFamilies((address) => bind(port, address));
  // An answer that cannot be sent is a question without an answer, which the asker sees.
  socket.on("error", () => undefined);
  socket.on("message", (message, { address, port: remotePort }) => {
    const nonce = nonceOf(message);
    if (nonce === undefined) return;
    const payload = message.subarray(message.indexOf(10) + 1);
    socket.send(
      encodeFrame(identify(pod, nonce, { address, port: remotePort }), payload),
      remotePort,
      address,
      () => undefined,
    );
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

function nonceOf(message: Buffer): string | undefined {
  const head = decodeFrame(message)?.head;
  if (typeof head !== "object" || head === null || !("nonce" in head)) return undefined;
  return typeof head.nonce === "string" ? head.nonce : undefined;
}
