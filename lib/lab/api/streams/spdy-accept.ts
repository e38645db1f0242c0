import { refuseStreamProtocol } from "./refuse.ts";
import type { StreamRequest } from "./stream-request.ts";

/** Chooses the stream protocol of a SPDY upgrade. When `served` is not offered, answers 403 and returns false. */
export function offersStreamProtocol({ request, socket }: StreamRequest, served: string): boolean {
  const offered = (request.headersDistinct["x-stream-protocol-version"] ?? []).flatMap((line) =>
    line.split(",").map((name) => name.trim()),
  );
  if (offered.includes(served)) return true;
  refuseStreamProtocol(socket, offered, [served]);
  return false;
}

/** Completes a SPDY upgrade: from here on the socket carries frames. */
export function acceptSpdy({ socket }: StreamRequest, streamProtocol: string): void {
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${streamProtocol}\r\n\r\n`,
  );
}
