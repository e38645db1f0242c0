import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { websocketChannels } from "./websocket-channels.ts";

let server: WebSocketServer;
let near: WebSocket;
let far: WebSocket;

beforeEach(async () => {
  server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const accepted = once(server, "connection");
  far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(far, "open");
  [near] = (await accepted) as [WebSocket];
});
afterEach(() => {
  far.terminate();
  server.close();
});

test("a writer waits for a client that does not read", async () => {
  const output = websocketChannels(near, { halfClose: true }).writable(1);
  const order: string[] = [];
  let received = 0;
  const all = new Promise<void>((resolve) => {
    far.on("message", (data: Buffer) => {
      received += data.length - 1;
      if (received === 64 * 1024 * 1024) resolve();
    });
  });
  far.pause();
  expect(output.write(Buffer.alloc(64 * 1024 * 1024), () => order.push("written"))).toBe(false);
  await setImmediate();
  await setImmediate();
  order.push("read on");
  far.resume();
  await all;
  output.end();
  await once(output, "finish");
  expect(order).toEqual(["read on", "written"]);
});

test("a message holds 32 KiB at most", async () => {
  const lengths: number[] = [];
  far.on("message", (data: Buffer) => lengths.push(data.length - 1));
  websocketChannels(near, { halfClose: true }).writable(1).write(Buffer.alloc(100_000));
  await expect.poll(() => lengths).toEqual([32_768, 32_768, 32_768, 1_696]);
});

test("a client waits for a reader that does not read", async () => {
  const input = websocketChannels(near, { halfClose: true }).readable(0);
  const block = Buffer.alloc(1024 * 1024);
  far.send(Buffer.concat([Buffer.of(0), block]));
  await once(near, "message");
  expect(near.isPaused).toBe(true);
  far.send(Buffer.of(255, 0));
  let bytes = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) bytes += chunk.length;
  expect(bytes).toBe(block.length);
});

test("a reader that is destroyed does not hold up the other channels", async () => {
  const channels = websocketChannels(near, { halfClose: true });
  const [dropped, kept] = [channels.readable(0), channels.readable(4)];
  far.send(Buffer.concat([Buffer.of(0), Buffer.alloc(1024 * 1024)]));
  await once(near, "message");
  dropped.destroy();
  far.send(Buffer.from("\u0004hello"));
  const [chunk] = (await once(kept, "data")) as [Buffer];
  expect(chunk.toString()).toBe("hello");
});

test("the end of the connection ends what is read and destroys what is written", async () => {
  const channels = websocketChannels(near, { halfClose: false });
  const [input, output] = [channels.readable(0), channels.writable(1)];
  const gone = once(output, "close");
  far.terminate();
  input.resume();
  await once(input, "end");
  await gone;
  expect(output.writableFinished).toBe(false);
});
