import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import type { Attempt } from "./attempt.ts";

export interface NameServer {
  address: string;
  port: number;
}

/** Takes one message of the server; false when it is no reply to the question, so that waiting goes on. */
export type TakeReply = (message: Buffer) => boolean;

/**
 * Sends one query in one datagram. The socket is connected, so that nothing but the asked server's address and port is heard and
 * an ICMP error is an outcome.
 */
export function queryOverUdp(running: Attempt, server: NameServer, query: Buffer, take: TakeReply): void {
  const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
  let ignored = 0;
  let open = true;
  const close = () => {
    if (open) socket.close();
    open = false;
  };
  running.release(close);
  running.awaiting("reply over UDP");
  socket.on("error", (error) => running.fail(error));
  socket.on("message", (message) => {
    if (take(message)) return close();
    ignored += 1;
    return running.awaiting(`reply over UDP to this question (but ${ignored} to none)`);
  });
  socket.on("connect", () => {
    if (!open) return;
    running.seen.connectMs ??= running.elapsedMs();
    running.seen.localAddress = socket.address().address;
    socket.send(query, (error) => {
      if (error && open) running.fail(error);
    });
  });
  socket.connect(server.port, server.address);
}

/** Sends one query over a new connection, with its length before it. @see RFC 7766 */
export function queryOverTcp(running: Attempt, server: NameServer, query: Buffer, take: TakeReply): void {
  const socket = connect({ host: server.address, port: server.port });
  let received: Buffer = Buffer.alloc(0);
  let taken = false;
  running.release(() => socket.destroy());
  running.awaiting("SYN-ACK of the name server");
  socket.on("connect", () => {
    running.seen.connectMs ??= running.elapsedMs();
    if (socket.localAddress !== undefined) running.seen.localAddress = socket.localAddress;
    running.awaiting("reply over TCP");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (!taken && received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      taken = take(received.subarray(2, end));
      received = received.subarray(end);
    }
    if (taken) socket.destroy();
  });
  socket.on("end", () => {
    if (!taken) running.finish("reset", "closed before the reply");
  });
  socket.on("error", (error) => {
    if (!taken) running.fail(error);
  });
}
