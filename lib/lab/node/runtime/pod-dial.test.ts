import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dialFrom } from "./pod-dial.ts";

describe("a dialled connection", () => {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {}).once("data", (data) => socket.end(`you said ${String(data)}`));
  });
  const port = () => (server.address() as AddressInfo).port;
  beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
  afterAll(() => server.close());

  it("carries data both ways", async () => {
    const connection = await dialFrom("env", [process.execPath], port());
    connection.end("hello");
    expect(await text(connection)).toBe("you said hello");
  });

  it("is there even if its process is seen to end before it is heard", async () => {
    // From here on, both that the other process spoke and that it ended are news for the same turn of the event loop.
    await nextTurn();
    const other = spawn("echo", ["done"], { stdio: ["ignore", "pipe", "inherit"] });
    const connected = new Promise<string>((resolve, reject) => {
      other.stdout.once("data", () => {
        // Node.js collects all ended children as soon as one has ended: here, this one before its last words are read.
        const before = childIds();
        const dialled = dialFrom(process.execPath, [], port());
        const [pid = 0] = childIds().filter((id) => !before.includes(id));
        untilEnded(pid);
        dialled.then((connection) => resolve(text(connection.end("hello"))), reject);
      });
    });
    untilEnded(other.pid ?? 0);
    // The signal of an end is sent a moment after the end can be seen, but before another process can be made.
    spawnSync("true");
    expect(await connected).toBe("you said hello");
  });

  it("fails with the reason when nobody listens", async () => {
    const closed = createServer();
    await once(closed.listen(0, "127.0.0.1"), "listening");
    const { port: freePort } = closed.address() as AddressInfo;
    await once(closed.close(), "close");
    await expect(dialFrom(process.execPath, [], freePort)).rejects.toThrow(
      `dial tcp4 127.0.0.1:${freePort}: connect: connection refused`,
    );
  });

  it("fails when its process ends without a word, or cannot be started", async () => {
    await expect(dialFrom("true", [], 80)).rejects.toThrow("dial tcp4 127.0.0.1:80: the dialling process ended");
    await expect(dialFrom("/no/such/program", [], 80)).rejects.toThrow("spawn /no/such/program ENOENT");
  });
});

function childIds(): number[] {
  return readFileSync("/proc/thread-self/children", "utf8").split(" ").filter(Boolean).map(Number);
}

/** Keeps this process from hearing of anything until another one has ended. */
function untilEnded(pid: number): void {
  const isEnded = () => / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  while (!isEnded()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
