import { connect, type Socket } from "node:net";
import type { Endpoint } from "./endpoints.ts";

export type Connected = { socket: Socket; endpoint: Endpoint } | { failure: "refused" | "timeout" };

const tries = 3;

/** Connects to the first of up to three endpoints that takes the connection within `timeoutMs`. Never rejects; `timeout` when the last try was one. */
export async function connectToOne(endpoints: Endpoint[], timeoutMs: number): Promise<Connected> {
  let failure: "refused" | "timeout" = "refused";
  for (const endpoint of endpoints.slice(0, tries)) {
    const result = await connectTo(endpoint, timeoutMs);
    if (typeof result !== "string") return { socket: result, endpoint };
    failure = result;
  }
  return { failure };
}

function connectTo({ host, port }: Endpoint, timeoutMs: number): Promise<Socket | "refused" | "timeout"> {
  const { promise, resolve } = Promise.withResolvers<Socket | "refused" | "timeout">();
  const socket = connect({ host, port, noDelay: true });
  const timer = setTimeout(() => {
    socket.destroy();
    resolve("timeout");
  }, timeoutMs);
  socket.once("error", (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    resolve(error.code === "ETIMEDOUT" ? "timeout" : "refused");
  });
  socket.once("connect", () => {
    clearTimeout(timer);
    resolve(socket);
  });
  return promise;
}
