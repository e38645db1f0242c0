import { isIPv6 } from "node:net";
import { Client, errors } from "undici";
import type { Attempt, ProbeOptions } from "./attempt.ts";
import { openConnection } from "./http-connection.ts";
import { attemptHttp, type HttpExchange } from "./http-exchange.ts";
import type { HttpProbe, Observation } from "./probe.ts";

/** Asks as `probeHttp` does, from the runner. Follows no redirect, uses no proxy and keeps no connection. Never rejects. */
export function probeHttpOutside(request: HttpProbe, options: ProbeOptions = {}): Promise<Observation> {
  return attemptHttp(request, options, converse);
}

function converse(running: Attempt, address: string, exchange: HttpExchange): void {
  const { request, method, path, headers, body } = exchange;
  let ended = false;
  const client = new Client(originOf(address, request), {
    // The client's own connector tells of its events late and does not stop when it is told to.
    connect: (_, done) => {
      const socket = openConnection(running, address, request);
      socket.once("end", () => {
        ended = true;
      });
      socket.once(request.tls ? "secureConnect" : "connect", () => done(null, socket));
    },
    allowH2: false,
    // The attempt has the only time limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  running.release(() => void client.destroy());
  client.dispatch(
    { method, path, headers, ...(body ? { body } : {}) },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_, status, { location }) => {
        // What comes before the final answer is not one.
        if (status >= 200) exchange.head(status, Array.isArray(location) ? location[0] : location);
      },
      onResponseData: (_, chunk) => exchange.data(chunk),
      onResponseEnd: exchange.end,
      onResponseError: (_, error) => running.fail(withCode(error, ended)),
    },
  );
}

function originOf(address: string, { port, tls }: HttpProbe): string {
  return `${tls ? "https" : "http"}://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/** The client's parser does not say what is wrong. At the end of the connection it is that the answer has not come to its end. */
function withCode(error: Error, ended: boolean): unknown {
  if (!(error instanceof errors.HTTPParserError)) return error;
  return { code: ended ? "HPE_INVALID_EOF_STATE" : "HPE_INVALID" };
}
