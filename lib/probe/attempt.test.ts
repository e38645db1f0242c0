import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { attempt } from "./attempt.ts";
import type { Observation } from "./probe.ts";

describe("an attempt", () => {
  it("ends once, with the first word", async () => {
    let released = 0;
    const seen = await attempt(1000, {}, (running) => {
      running.release(() => (released += 1));
      running.seen.address = "10.0.0.1";
      running.note("first");
      running.finish("answered", "second");
      running.finish("refused");
      running.fail(Object.assign(new Error(), { code: "EPERM" }));
      running.release(() => (released += 1));
    });
    expect(seen).toMatchObject({ outcome: "answered", address: "10.0.0.1", detail: "first; second" });
    expect(released).toBe(2);
  });

  it("has no detail when nothing is to be said", async () => {
    expect(await attempt(1000, {}, (running) => running.finish("answered"))).not.toHaveProperty("detail");
  });

  it("says what did not come in time", async () => {
    const seen = await attempt(20, {}, (running) => running.awaiting("SYN-ACK"));
    expect(seen).toMatchObject({ outcome: "timeout", detail: "no SYN-ACK within 20 ms" });
    expect(seen.durationMs).toBeGreaterThanOrEqual(19);
  });

  it("reads what has arrived before it believes in a time-out", async () => {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const [socket] = (await once(server, "connection")) as [Socket];
    await new Promise((resolve) => client.write("answer", resolve));
    const seen = await new Promise<Observation>((resolve) => {
      setImmediate(() => {
        const running = attempt(20, {}, ({ finish }) => {
          socket.on("data", () => finish("answered"));
          socket.resume();
        });
        const end = performance.now() + 60;
        while (performance.now() < end);
        resolve(running);
      });
    });
    expect(seen).toMatchObject({ outcome: "answered" });
    client.destroy();
    socket.destroy();
    server.close();
  });

  it("is ended by its signal, before or after it began", async () => {
    const controller = new AbortController();
    const pending = attempt(10_000, { signal: controller.signal }, () => undefined);
    controller.abort();
    expect(await pending).toMatchObject({ outcome: "not-run", detail: "cancelled" });
    let begun = false;
    const late = attempt(10_000, { signal: controller.signal }, () => (begun = true));
    expect(await late).toMatchObject({ outcome: "not-run", detail: "cancelled" });
    expect(begun).toBe(false);
  });

  it("never rejects", async () => {
    const seen = await attempt(1000, {}, () => {
      throw Object.assign(new RangeError("text"), { code: "ERR_SOCKET_BAD_PORT" });
    });
    expect(seen).toMatchObject({ outcome: "not-run", detail: "ERR_SOCKET_BAD_PORT: the probe could not be asked" });
  });
});
