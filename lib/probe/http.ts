import { request as openRequest } from "node:http";
import type { Attempt, ProbeOptions } from "./attempt.ts";
import { openConnection } from "./http-connection.ts";
import { attemptHttp, type HttpExchange } from "./http-exchange.ts";
import type { HttpProbe, Observation } from "./probe.ts";

/**
 * Asks over a new connection by HTTP/1.1, over TLS where the probe says so, and expects an identity, and the payload if one was sent.
 * Never rejects.
 */
export function probeHttp(request: HttpProbe, options: ProbeOptions = {}): Promise<Observation> {
  return attemptHttp(request, options, converse);
}

function converse(running: Attempt, address: string, exchange: HttpExchange): void {
  const { request, method, path, headers, body } = exchange;
  const outgoing = openRequest({
    createConnection: () => openConnection(running, address, request),
    method,
    path,
    headers,
  });
  running.release(() => outgoing.destroy());
  outgoing.on("error", (error) => running.fail(error));
  outgoing.on("response", (response) => {
    exchange.head(response.statusCode ?? 0, response.headers.location);
    response.on("error", (error) => running.fail(error));
    response.on("data", exchange.data);
    response.on("end", exchange.end);
  });
  outgoing.end(body);
}
