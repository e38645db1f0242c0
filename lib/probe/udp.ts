import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { attempt } from "./attempt.ts";
import type { Attempt, ProbeOptions } from "./attempt.ts";
import { encodeFrame } from "./frame.ts";
import { judgeReply } from "./judge-reply.ts";
import { payloadOf } from "./payload.ts";
import type { Observation, UdpProbe } from "./probe.ts";
import { takeSourcePort } from "./source-port.ts";
import { withAddress } from "./with-address.ts";

/** Largest payload of a datagram, in bytes: identity and payload must fit into one. */
const maxUdpPayloadBytes = 60_000;

/** Of source ports that may be taken. */
const mostTries = 100;

/**
 * Sends one datagram to the echo port and expects one with identity and payload back. Never sends again, never rejects.
 *
 * A reply with the nonce of another question is not an answer to this one and is ignored.
 */
export function probeUdp(request: UdpProbe, options: ProbeOptions = {}): Promise<Observation> {
  return attempt(request.timeoutMs, options, (running) => {
    if ((request.payloadBytes ?? 0) > maxUdpPayloadBytes)
      return running.finish("not-run", `a payload of more than ${maxUdpPayloadBytes} bytes`);
    return withAddress(running, request.host, (address) => converse(running, address, request));
  });
}

function converse(running: Attempt, address: string, request: UdpProbe): void {
  const nonce = request.nonce ?? randomUUID();
  const payload = payloadOf(nonce, request.payloadBytes ?? 64);
  let strangers = 0;

  // Connected, the socket takes datagrams of this peer only and learns of ICMP errors.
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  running.release(() => socket.close());
  running.awaiting("datagram");
  let tries = mostTries;
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE" && --tries > 0) socket.bind(takeSourcePort());
    else running.fail(error);
  });
  socket.on("message", (reply) => {
    const { outcome, identity, detail } = judgeReply(reply, nonce, payload);
    if (identity && identity.nonce !== nonce) {
      strangers += 1;
      return running.awaiting(`datagram with this nonce (but ${strangers} with another)`);
    }
    running.seen.firstByteMs = running.elapsedMs();
    if (identity) running.seen.identity = identity;
    return running.finish(outcome, detail);
  });
  socket.on("connect", () => {
    if (running.done) return;
    running.seen.connectMs = running.elapsedMs();
    running.seen.localAddress = socket.address().address;
    socket.send(encodeFrame({ nonce }, payload), (error) => {
      if (error) running.fail(error);
    });
  });
  socket.on("listening", () => socket.connect(request.port, address));
  socket.bind(takeSourcePort());
}
