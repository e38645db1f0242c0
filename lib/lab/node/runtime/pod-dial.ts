import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { toolEnvironment } from "./run-program.ts";

/**
 * Opens a connection to a TCP port at the pod's own loopback address, as port-forward does. A short-lived process in the network
 * namespace `netns` opens it and hands it over. Rejects with an Error that names the reason when nothing listens there.
 */
export function dialPod(netns: string, port: number): Promise<Duplex> {
  return dialFrom("nsenter", [`--net=/run/netns/${netns}`, process.execPath], port);
}

/** Dials from where the program that `file` and `args` begin runs its script. Settles as `dialPod` does. */
export function dialFrom(file: string, args: string[], port: number): Promise<Duplex> {
  const script = join(import.meta.dirname, "pod-dial.mjs");
  const child = spawn(file, [...args, script, String(port)], {
    env: toolEnvironment,
    cwd: "/",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error(`dial tcp4 127.0.0.1:${port}: ${reason}`));
    child.once("error", (error) => fail(error.message));
    // Not its exit, which may be heard of before what it said last.
    child.once("disconnect", () => fail("the dialling process ended"));
    child.once("message", (message, handle) => {
      if (!(handle instanceof Socket)) {
        const { failure } = message as { failure?: string };
        fail(failure === "ECONNREFUSED" ? "connect: connection refused" : (failure ?? "no connection"));
        return;
      }
      handle.allowHalfOpen = true;
      resolve(handle);
    });
  });
}
