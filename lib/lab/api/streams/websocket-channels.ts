import { Readable, Writable } from "node:stream";
import type { RawData, WebSocket } from "ws";

const chunkBytes = 32 * 1024;
const closeChannel = 255;

/** The numbered streams inside one WebSocket: the first byte of each binary message is the number of its channel. */
export interface Channels {
  /** Data of one channel. Ends on half-close and with the connection. */
  readable(channel: number): Readable;
  /** Takes data in messages of 32 KiB at most and waits for the client. Destroyed with the connection. */
  writable(channel: number): Writable;
  /** Sends one message, empty ones too. */
  send(channel: number, data?: Buffer | string): void;
  /** Says goodbye (1000) after everything that was sent. */
  close(): void;
}

/**
 * Divides a WebSocket into channels. With `halfClose` (v5) the message `ff NN` ends channel NN. Messages on channels that nobody
 * opened are dropped.
 */
export function websocketChannels(websocket: WebSocket, { halfClose }: { halfClose: boolean }): Channels {
  const inputs = new Map<number, Readable>();
  const outputs: Writable[] = [];

  websocket.on("message", (message: RawData) => {
    const bytes = asBuffer(message);
    const [channel, closed] = bytes;
    if (channel === undefined) return;
    if (halfClose && channel === closeChannel && closed !== undefined) return finish(closed);
    const input = inputs.get(channel);
    if (!input || input.destroyed) return;
    if (!input.push(bytes.subarray(1))) websocket.pause();
  });
  websocket.once("close", () => {
    for (const channel of inputs.keys()) finish(channel);
    for (const output of outputs) output.destroy();
  });

  function finish(channel: number): void {
    inputs.get(channel)?.push(null);
    inputs.delete(channel);
  }

  function send(channel: number, data: Buffer | string = "", sent?: (error?: Error | null) => void): void {
    websocket.send(Buffer.concat([Buffer.of(channel), Buffer.from(data)]), sent);
  }

  return {
    readable(channel) {
      const resume = () => websocket.resume();
      const input = new Readable({ read: resume }).once("close", resume);
      inputs.set(channel, input);
      return input;
    },
    writable(channel) {
      const output = new Writable({
        write(chunk: Buffer, _encoding, done) {
          const last = Math.max(0, chunk.length - 1);
          for (let start = 0; start <= last; start += chunkBytes) {
            const end = start + chunkBytes;
            send(channel, chunk.subarray(start, end), end > last ? done : undefined);
          }
        },
      });
      // The connection's end, which destroys the stream as well.
      output.on("error", () => {});
      outputs.push(output);
      return output;
    },
    send: (channel, data) => send(channel, data),
    close: () => websocket.close(1000),
  };
}

function asBuffer(message: RawData): Buffer {
  if (Array.isArray(message)) return Buffer.concat(message);
  return Buffer.isBuffer(message) ? message : Buffer.from(message);
}
