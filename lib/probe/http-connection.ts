import { connect, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, type SecureContext } from "node:tls";
import type { Attempt } from "./attempt.ts";
import type { HttpProbe } from "./probe.ts";
import { servedCertificate } from "./served-certificate.ts";

/**
 * Opens the connection of one HTTP question: its own, without pool or reuse, whose events are seen from the beginning. Over TLS any
 * certificate is taken, and kept. Until it is open an error fails the attempt; afterwards errors are for whoever speaks over it. The end of the
 * attempt destroys it.
 */
export function openConnection(running: Attempt, address: string, { port, tls }: HttpProbe): Socket {
  let state: "connecting" | "handshake" | "open" = "connecting";
  const socket = tls ? startTls(address, port, tls.serverName) : connect({ host: address, port });
  socket.setNoDelay(true);
  running.awaiting("SYN-ACK");
  running.release(() => socket.destroy());
  socket.on("error", (error) => {
    if (state === "open") return;
    if (state === "handshake") running.note("in the TLS handshake");
    running.fail(error);
  });
  socket.once("connect", () => {
    state = tls ? "handshake" : "open";
    running.seen.connectMs = running.elapsedMs();
    if (socket.localAddress !== undefined) running.seen.localAddress = socket.localAddress;
    running.awaiting(tls ? "end of the TLS handshake" : "first byte of the answer");
  });
  socket.once("secureConnect", () => {
    state = "open";
    running.seen.tlsMs = running.elapsedMs();
    const certificate = servedCertificate(socket);
    if (certificate) running.seen.certificate = certificate;
    running.awaiting("first byte of the answer");
  });
  return socket;
}

let context: SecureContext | undefined;

function startTls(host: string, port: number, servername: string): Socket {
  // Without authorities of its own: to read those of Node holds up the event loop for long, and nothing is verified.
  context ??= createSecureContext({ ca: [] });
  return connectTls({
    host,
    port,
    servername,
    secureContext: context,
    rejectUnauthorized: false,
    ALPNProtocols: ["http/1.1"],
  });
}
