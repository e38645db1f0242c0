import { createWebSocketStream } from "ws";
import { badRequest } from "../status-errors.ts";
import { forwardConnection } from "./forward-connection.ts";
import { forwardOverSpdy } from "./spdy-forward.ts";
import type { StreamRequest } from "./stream-request.ts";
import { acceptWebsocket, chooseSubprotocol } from "./websocket-accept.ts";
import { websocketChannels } from "./websocket-channels.ts";

const tunnel = "SPDY/3.1+portforward.k8s.io";

/**
 * Serves port-forward over WebSocket: two channels per port of the query (data, errors), one connection each; or a tunnel of
 * SPDY frames, with as many connections as the client likes. Throws ApiError 400 when ports are missing or wrong.
 */
export function websocketForward(request: StreamRequest): void {
  const subprotocol = chooseSubprotocol(request, ["v4.channel.k8s.io", tunnel]);
  if (subprotocol === undefined) return;
  if (subprotocol === tunnel) {
    const websocket = acceptWebsocket(request, tunnel);
    if (websocket) forwardOverSpdy(createWebSocketStream(websocket), request);
    return;
  }
  const ports = queryPorts(request.query);
  const websocket = acceptWebsocket(request, subprotocol);
  if (!websocket) return;
  const channels = websocketChannels(websocket, { halfClose: false });
  const forwarded = ports.map(async (port, index) => {
    const [data, errors] = [2 * index, 2 * index + 1];
    const greeting = Buffer.alloc(2);
    greeting.writeUInt16LE(port);
    channels.send(data, greeting);
    channels.send(errors, greeting);
    const connection = { port, from: channels.readable(data), to: channels.writable(data) };
    const failure = await forwardConnection(request, connection);
    if (failure !== undefined) channels.send(errors, failure);
  });
  void Promise.all(forwarded).then(() => channels.close());
}

function queryPorts(query: URLSearchParams): number[] {
  const texts = query.getAll("ports").flatMap((text) => text.split(","));
  if (texts.length === 0) throw badRequest('query parameter "ports" is required');
  return texts.map((text) => {
    const port = Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw badRequest(`unable to parse "${text}" as a port: must be between 1 and 65535, inclusive`);
    }
    return port;
  });
}
