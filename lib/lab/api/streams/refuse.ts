import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { ApiError } from "../../model.ts";

/** Answers an upgrade with a Kubernetes Status and ends the connection. Any error but ApiError reads as 500 InternalError. */
export function refuse(socket: Duplex, error: unknown): void {
  const refusal = error instanceof ApiError ? error : internalError(error);
  const body = `${JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: refusal.message,
    reason: refusal.reason,
    details: refusal.details,
    code: refusal.code,
  })}\n`;
  respond(socket, refusal.code, ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`], body);
}

/** Answers a WebSocket upgrade none of whose subprotocols is served: 403, and not a word more. */
export function refuseSubprotocol(socket: Duplex): void {
  respond(socket, 403, []);
}

/** Answers a SPDY upgrade none of whose stream protocols is served: 403 with the ones that are. */
export function refuseStreamProtocol(socket: Duplex, offered: string[], served: string[]): void {
  const body = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${served.join(" ")}]`;
  const accepted = served.map((protocol) => `X-Accepted-Stream-Protocol-Versions: ${protocol}`);
  respond(socket, 403, [...accepted, `Content-Length: ${Buffer.byteLength(body)}`], body);
}

function internalError(error: unknown): ApiError {
  const cause = error instanceof Error ? error.message : String(error);
  return new ApiError(500, "InternalError", `Internal error occurred: ${cause}`, { causes: [{ message: cause }] });
}

function respond(socket: Duplex, code: number, headers: string[], body = ""): void {
  socket.end([`HTTP/1.1 ${code} ${STATUS_CODES[code]}`, ...headers, "Connection: close", "", body].join("\r\n"));
}
