import type { Duplex } from "node:stream";
import { controlFrame, controlType, finFlag, takeFrame, words } from "./spdy-frame.ts";
import type { SpdyFrame } from "./spdy-frame.ts";
import { headerCodec } from "./spdy-headers.ts";
import { openStream } from "./spdy-stream.ts";
import type { OpenStream, SpdyStream } from "./spdy-stream.ts";

/** The server's side of one SPDY connection. */
export interface SpdyConnection {
  /** Says goodbye after everything that was sent. */
  end(): void;
}

/**
 * Serves SPDY/3.1 on a transport and hands over each stream that the client opens, already replied to.
 *
 * When the transport closes, every stream is destroyed and `onClosed` is called once. Settings and window updates are read
 * and ignored, as Kubernetes clients send neither and expect none.
 *
 * @see https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
 */
export function serveSpdy(
  transport: Duplex,
  { onStream, onClosed }: { onStream: (stream: SpdyStream) => void; onClosed?: () => void },
): SpdyConnection {
  const headers = headerCodec();
  const streams = new Map<number, OpenStream>();
  let lastStreamId = 0;

  const send = (frame: Buffer, sent?: (error?: Error | null) => void) => {
    if (transport.writable) transport.write(frame, sent);
    else sent?.(new Error("the connection is closed"));
  };

  async function handle(frame: SpdyFrame): Promise<void> {
    if (frame.kind === "control") return control(frame.type, frame.flags, frame.body);
    const target = streams.get(frame.streamId);
    if (frame.body.length > 0) await target?.receive(frame.body);
    if (frame.flags & finFlag) target?.finish();
  }

  async function control(type: number, flags: number, body: Buffer): Promise<void> {
    switch (type) {
      case controlType.synStream:
        return open(body.readUInt32BE(0), flags, await headers.decode(body.subarray(10)));
      case controlType.rstStream:
        streams.get(body.readUInt32BE(0))?.stream.destroy();
        return;
      case controlType.ping:
        return send(controlFrame(controlType.ping, body));
      default:
    }
  }

  async function open(id: number, flags: number, names: Map<string, string>): Promise<void> {
    lastStreamId = id;
    const opened = openStream(id, names, send);
    streams.set(id, opened);
    opened.stream.once("close", () => streams.delete(id));
    send(controlFrame(controlType.synReply, Buffer.concat([words(id), await headers.encode(new Map())])));
    if (flags & finFlag) opened.finish();
    onStream(opened.stream);
  }

  transport.on("error", () => transport.destroy());
  transport.once("close", () => {
    for (const { stream } of streams.values()) stream.destroy();
    headers.close();
    onClosed?.();
  });
  void readFrames(transport, handle)
    .catch(() => {})
    .finally(() => transport.destroy());
  return {
    end() {
      send(controlFrame(controlType.goAway, words(lastStreamId, 0)));
      transport.end();
    },
  };
}

/** Frames are handled one after the other: header blocks only make sense in order, and a slow one holds the client up. */
async function readFrames(transport: Duplex, handle: (frame: SpdyFrame) => Promise<void>): Promise<void> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of transport as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    for (let taken = takeFrame(pending); taken; taken = takeFrame(pending)) {
      pending = taken.rest;
      await handle(taken.frame);
    }
  }
}
