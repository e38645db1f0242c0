import type { Duplex } from "node:stream";
import { forwardConnection } from "./forward-connection.ts";
import { acceptSpdy, offersStreamProtocol } from "./spdy-accept.ts";
import { serveSpdy } from "./spdy-connection.ts";
import type { SpdyStream } from "./spdy-stream.ts";
import type { StreamRequest } from "./stream-request.ts";

const protocol = "portforward.k8s.io";

/** Serves port-forward over SPDY/3.1. */
export function spdyForward(request: StreamRequest): void {
  if (!offersStreamProtocol(request, protocol)) return;
  acceptSpdy(request, protocol);
  forwardOverSpdy(request.socket, request);
}

/**
 * Forwards connections over SPDY frames on any transport: for each `requestid` an error stream and a data stream, which are one
 * connection to `port`. Both end with the pod's side of it.
 */
export function forwardOverSpdy(transport: Duplex, request: StreamRequest): void {
  const errorStreams = new Map<string, SpdyStream>();
  const dataStreams = new Map<string, SpdyStream>();
  serveSpdy(transport, {
    onStream(stream) {
      const id = stream.headers.get("requestid") ?? "";
      (stream.headers.get("streamtype") === "error" ? errorStreams : dataStreams).set(id, stream);
      const [errors, data] = [errorStreams.get(id), dataStreams.get(id)];
      if (!errors || !data) return;
      errorStreams.delete(id);
      dataStreams.delete(id);
      void forward(request, data, errors);
    },
  });
}

async function forward(request: StreamRequest, data: SpdyStream, errors: SpdyStream): Promise<void> {
  errors.resume();
  const port = Number(data.headers.get("port"));
  const failure = await forwardConnection(request, { port, from: data, to: data });
  errors.end(failure ?? "");
}
