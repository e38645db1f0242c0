import type { IncomingMessage } from "node:http";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { refuseSubprotocol } from "./refuse.ts";
import type { StreamRequest } from "./stream-request.ts";

/**
 * Chooses the client's first subprotocol that is served, the empty text when it offers none.
 *
 * When none is served, answers 403 and returns undefined.
 */
export function chooseSubprotocol<P extends string>(
  { request, socket }: StreamRequest,
  served: P[],
): P | "" | undefined {
  const offered = offeredSubprotocols(request);
  if (offered.length === 0) return "";
  for (const name of offered) {
    const known = served.find((protocol) => protocol === name);
    if (known) return known;
  }
  refuseSubprotocol(socket);
  return undefined;
}

/**
 * Completes the handshake and names the subprotocol, the empty one too, as real servers do. Returns undefined when the request
 * is no proper handshake, which is then answered already.
 */
export function acceptWebsocket({ request, socket, head }: StreamRequest, subprotocol: string): WebSocket | undefined {
  // The names that Kubernetes gives to its subprotocols are not all tokens (RFC 6455, section 4.1): ws would refuse them.
  delete request.headers["sec-websocket-protocol"];
  const server = new WebSocketServer({ noServer: true, clientTracking: false });
  server.on("headers", (headers) => headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`));
  let accepted: WebSocket | undefined;
  server.handleUpgrade(request, socket, head, (websocket) => {
    accepted = websocket;
  });
  // A broken frame closes the connection; whoever cares listens to "close".
  accepted?.on("error", () => {});
  return accepted;
}

function offeredSubprotocols(request: IncomingMessage): string[] {
  const header = request.headers["sec-websocket-protocol"] ?? "";
  return header
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
