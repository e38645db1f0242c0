import { request } from "node:https";
import type { Agent } from "node:https";
import { Duplex } from "node:stream";
import { controlFrame, controlType, dataFrame, finFlag, takeFrame, words } from "./spdy-frame.ts";
import type { SpdyFrame } from "./spdy-frame.ts";
import { headerCodec } from "./spdy-headers.ts";

/** A client that speaks SPDY/3.1 as kubectl does. For tests. */
export interface SpdyClient {
  /** Opens a stream and waits for the reply. */
  open(headers: Record<string, string>): Promise<ClientStream>;
  send(frame: Buffer): void;
  /** The next control frame of a type. */
  control(type: number): Promise<Buffer>;
  /** Resolves with the connection's end. */
  closed: Promise<void>;
  destroy(): void;
}

export interface ClientStream {
  write(data: string): void;
  /** Ends the client's direction. */
  end(): void;
  reset(): void;
  /** Everything that the server says, once it has said all. Rejects when it resets the stream. */
  text: Promise<string>;
}

/** Asks a server for SPDY. Rejects with `code body` when it declines. */
export async function dialSpdy(url: string, protocol: string, agent: Agent): Promise<SpdyClient> {
  const headers = { connection: "Upgrade", upgrade: "SPDY/3.1", "x-stream-protocol-version": protocol };
  const asked = request(url, { method: "POST", headers, agent }).end();
  const socket = await new Promise<Duplex>((resolve, reject) => {
    asked.once("error", reject);
    asked.once("response", (response) => {
      response.on("data", (body) => reject(new Error(`${response.statusCode} ${body}`)));
    });
    asked.once("upgrade", (_response, upgraded, head) => {
      upgraded.unshift(head);
      resolve(upgraded);
    });
  });
  return spdyClient(socket);
}

interface Waiting {
  chunks: Buffer[];
  replied(): void;
  ended: { resolve(text: string): void; reject(error: Error): void };
}

/** Speaks SPDY on a connection that stands. */
export function spdyClient(transport: Duplex): SpdyClient {
  const codec = headerCodec();
  const streams = new Map<number, Waiting>();
  const controls = new Map<number, (body: Buffer) => void>();
  let nextId = 1;

  async function handle(frame: SpdyFrame): Promise<void> {
    if (frame.kind === "data") {
      const stream = streams.get(frame.streamId);
      stream?.chunks.push(frame.body);
      if (frame.flags & finFlag) stream?.ended.resolve(Buffer.concat(stream.chunks).toString());
      return;
    }
    const stream = streams.get(frame.body.readUInt32BE(0));
    if (frame.type === controlType.synReply) {
      await codec.decode(frame.body.subarray(4));
      stream?.replied();
    }
    if (frame.type === controlType.rstStream) stream?.ended.reject(new Error("the server reset the stream"));
    controls.get(frame.type)?.(frame.body);
  }

  async function read(): Promise<void> {
    let pending: Buffer = Buffer.alloc(0);
    for await (const chunk of transport as AsyncIterable<Buffer>) {
      pending = Buffer.concat([pending, chunk]);
      for (let taken = takeFrame(pending); taken; taken = takeFrame(pending)) {
        pending = taken.rest;
        await handle(taken.frame);
      }
    }
  }

  return {
    async open(headers) {
      const id = nextId;
      nextId += 2;
      const { promise: replied, resolve } = Promise.withResolvers<void>();
      const ended = Promise.withResolvers<string>();
      ended.promise.catch(() => {});
      streams.set(id, { chunks: [], replied: resolve, ended });
      const block = await codec.encode(new Map(Object.entries(headers)));
      transport.write(controlFrame(controlType.synStream, Buffer.concat([words(id, 0), Buffer.alloc(2), block])));
      await replied;
      return {
        write: (data) => void transport.write(dataFrame(id, Buffer.from(data))),
        end: () => void transport.write(dataFrame(id, Buffer.alloc(0), finFlag)),
        reset: () => void transport.write(controlFrame(controlType.rstStream, words(id, 5))),
        text: ended.promise,
      };
    },
    send: (frame) => void transport.write(frame),
    control: (type) => new Promise((resolve) => void controls.set(type, resolve)),
    closed: read()
      .catch(() => {})
      .finally(() => codec.close()),
    destroy: () => void transport.destroy(),
  };
}
