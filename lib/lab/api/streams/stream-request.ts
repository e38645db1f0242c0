import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Kubelet } from "../../model.ts";

/** An upgrade request for a pod that exists, from a user who may. */
export interface StreamRequest {
  request: IncomingMessage;
  socket: Duplex;
  /** What the client sent after the header of its request. */
  head: Buffer;
  subresource: "exec" | "attach" | "portforward";
  namespace: string;
  pod: string;
  query: URLSearchParams;
  kubelet: Kubelet;
}
