import { once } from "node:events";
import type { Duplex } from "node:stream";
import { badRequest } from "../status-errors.ts";
import { refuse } from "./refuse.ts";
import { spdyCommand } from "./spdy-command.ts";
import { spdyForward } from "./spdy-forward.ts";
import type { StreamRequest } from "./stream-request.ts";
import { websocketCommand } from "./websocket-command.ts";
import { websocketForward } from "./websocket-forward.ts";

/** Serves the upgraded connections of one API server: exec, attach and port-forward. */
export interface Streams {
  /** Takes the socket over and answers on it, refusals included. Never throws. */
  upgrade(request: StreamRequest): void;
  /** Drops every connection, which ends the input of the commands behind them. Never rejects. */
  close(): Promise<void>;
}

/**
 * Makes the server of `pods/exec`, `pods/attach` and `pods/portforward`, over WebSocket and over SPDY/3.1.
 *
 * Authentication, authorization and whether the pod exists are the caller's business, before `upgrade`.
 *
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4006-transition-spdy-to-websockets
 */
export function serveStreams(): Streams {
  const sockets = new Set<Duplex>();
  return {
    upgrade(request) {
      const { socket, head } = request;
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // A client that resets its connection is no reason to fall; what hangs on the socket hears "close".
      socket.on("error", () => socket.destroy());
      try {
        answer(request, head);
      } catch (error) {
        refuse(socket, error);
      }
    },
    async close() {
      await Promise.all(
        [...sockets].map(async (socket) => {
          const closed = once(socket, "close");
          socket.destroy();
          await closed;
        }),
      );
    },
  };
}

function answer(request: StreamRequest, head: Buffer): void {
  const forward = request.subresource === "portforward";
  switch (request.request.headers.upgrade?.toLowerCase()) {
    case "websocket":
      return forward ? websocketForward(request) : websocketCommand(request);
    case "spdy/3.1":
      if (head.length > 0) request.socket.unshift(head);
      return forward ? spdyForward(request) : spdyCommand(request);
    default:
      throw badRequest("Upgrade request required");
  }
}
