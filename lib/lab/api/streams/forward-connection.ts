import { finished } from "node:stream/promises";
import type { Duplex, Readable, Writable } from "node:stream";
import type { StreamRequest } from "./stream-request.ts";

/** What one connection to a pod's port is made of, as its client sees it. */
export interface ForwardedConnection {
  port: number;
  /** Data from the client; its end is passed on, its destruction drops the connection. */
  from: Readable;
  /** Data to the client; ended with the pod's side. */
  to: Writable;
}

/**
 * Connects a client with a TCP port inside a pod until the pod's side has ended and the client has taken all that it said.
 *
 * Returns the sentence for the error stream when the port could not be reached, else undefined. Never rejects.
 */
export async function forwardConnection(
  { namespace, pod, kubelet }: StreamRequest,
  { port, from, to }: ForwardedConnection,
): Promise<string | undefined> {
  try {
    await join(await kubelet.dial(namespace, pod, port), from, to);
    return undefined;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return `error forwarding port ${port} to pod ${pod}_${namespace}: failed to connect to localhost:${port} inside the pod: ${cause}`;
  } finally {
    to.end();
    // Who hears that the connection is over may hang up; until then, a slow client has not got everything.
    await finished(to, { readable: false }).catch(() => {});
  }
}

async function join(connection: Duplex, from: Readable, to: Writable): Promise<void> {
  connection.on("error", () => connection.destroy());
  const drop = () => {
    if (!from.readableEnded || to.destroyed) connection.destroy();
  };
  from.once("close", drop);
  to.once("close", drop);
  if (from.destroyed && !from.readableEnded) connection.destroy();
  from.pipe(connection);
  connection.pipe(to);
  // What broke after the connection stood is for the client to see as an end, as on any TCP connection.
  await finished(connection, { writable: false }).catch(() => {});
}
