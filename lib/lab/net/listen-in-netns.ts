import { spawn } from "node:child_process";
import { once } from "node:events";
import { Server } from "node:net";
import { join } from "node:path";

/**
 * Opens a TCP port inside a named network namespace for the calling process, which stays where it is. Rejects when the port cannot be had.
 *
 * A short-lived process opens it there and hands it over: a socket belongs to the namespace in which it was made, whoever holds it.
 */
export async function listenInNetns(netns: string, place: { address: string; port: number }): Promise<Server> {
  const script = join(import.meta.dirname, "hand-over-port.mjs");
  const child = spawn(
    "nsenter",
    [`--net=/run/netns/${netns}`, process.execPath, script, place.address, String(place.port)],
    { stdio: ["ignore", "ignore", "inherit", "ipc"] },
  );
  const ending = new AbortController();
  const closed = once(child, "close", { signal: ending.signal }).then(() => {
    throw new Error(`${place.address}:${place.port} in ${netns} could not be opened`);
  });
  const handed = once(child, "message", { signal: ending.signal }) as Promise<[{ failure?: string }, unknown]>;
  try {
    const [{ failure }, listener] = await Promise.race([handed, closed]);
    if (listener instanceof Server) return listener;
    throw new Error(failure ?? `${place.address}:${place.port} in ${netns} was not handed over`);
  } finally {
    ending.abort();
    await Promise.allSettled([handed, closed]);
    if (child.connected) child.disconnect();
  }
}
