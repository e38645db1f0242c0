import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from "node:net";
import { respond, type AnswerQuestion } from "./respond.ts";

const idleTcpMs = 10_000;
const lengthBytes = 2;
const mostAttempts = 10;

/** A name server that listens. */
export interface NameServer {
  address: string;
  /** The same for UDP and TCP. */
  port: number;
  close(): void;
}

/**
 * Answers DNS questions over UDP and TCP on one address and port; port 0 takes one that is free for both. Rejects when the port is taken.
 *
 * Each reply leaves `delayMs` after its question, at once when that is 0. A TCP connection may ask any number of questions, one after another or all at once, and is closed after ten idle seconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7766
 */
export async function startNameServer(
  address: string,
  port: number,
  answerQuestion: AnswerQuestion,
  delayMs: () => number = () => 0,
): Promise<NameServer> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const send = (reply: () => void): void => {
    const waitMs = delayMs();
    if (waitMs > 0) setTimeout(() => isOpen && reply(), waitMs);
    else reply();
  };
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    answerStream(socket, answerQuestion, send);
  });
  const udp = await listenOnBoth(tcp, address, port);
  udp.on("message", (message, from) => {
    const reply = respond(message, "udp", answerQuestion);
    // A reply that cannot be sent is a lost packet, and clients ask again.
    if (reply !== undefined) send(() => udp.send(reply, from.port, from.address, () => {}));
  });
  return {
    address,
    port: udp.address().port,
    close() {
      isOpen = false;
      udp.close();
      tcp.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listenOnBoth(tcp: Server, address: string, port: number): Promise<UdpSocket> {
  for (let attempt = 1; ; attempt++) {
    tcp.listen(port, address);
    await once(tcp, "listening");
    const udp = createSocket(isIPv6(address) ? "udp6" : "udp4");
    try {
      udp.bind((tcp.address() as AddressInfo).port, address);
      await once(udp, "listening");
      return udp;
    } catch (error) {
      udp.close();
      tcp.close();
      await once(tcp, "close");
      // A port that is free for TCP may be taken for UDP; when any port will do, there is another.
      if (port !== 0 || attempt === mostAttempts) throw error;
    }
  }
}

function answerStream(socket: Socket, answerQuestion: AnswerQuestion, send: (reply: () => void) => void): void {
  let received = Buffer.alloc(0);
  socket.setTimeout(idleTcpMs, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= lengthBytes && received.length >= lengthBytes + received.readUInt16BE(0)) {
      const end = lengthBytes + received.readUInt16BE(0);
      const reply = respond(received.subarray(lengthBytes, end), "tcp", answerQuestion);
      received = received.subarray(end);
      if (reply !== undefined) send(() => socket.write(framed(reply)));
    }
  });
}

function framed(reply: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(reply.length);
  return Buffer.concat([length, reply]);
}
