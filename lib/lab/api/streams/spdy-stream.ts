import { Duplex } from "node:stream";
import { controlFrame, controlType, dataFrame, finFlag, words } from "./spdy-frame.ts";

const bufferedBytes = 1024 * 1024;
const cancel = 5;

/** One stream of a SPDY connection, opened by the client. */
export interface SpdyStream extends Duplex {
  readonly headers: Map<string, string>;
}

/** A stream as its connection sees it. */
export interface OpenStream {
  stream: SpdyStream;
  /** Hands on data from the client; settles when the stream has room for more. */
  receive(data: Buffer): Promise<void>;
  /** Ends the client's direction. */
  finish(): void;
}

/**
 * Makes the stream `id`, whose frames go out through `send`.
 *
 * Up to 1 MiB waits for a slow reader before the whole connection waits with it: this SPDY has no flow control of its own.
 */
export function openStream(
  id: number,
  headers: Map<string, string>,
  send: (frame: Buffer, sent?: (error?: Error | null) => void) => void,
): OpenStream {
  let wake = () => {};
  const duplex = new Duplex({
    readableHighWaterMark: bufferedBytes,
    read: () => wake(),
    write: (chunk: Buffer, _encoding, done) => send(dataFrame(id, chunk), done),
    final: (done) => send(dataFrame(id, Buffer.alloc(0), finFlag), done),
    destroy(error, done) {
      wake();
      if (!duplex.writableFinished) send(controlFrame(controlType.rstStream, words(id, cancel)));
      done(error);
    },
  });
  // What breaks one stream is the connection's end or a reset: both arrive as "close".
  duplex.on("error", () => {});
  return {
    stream: Object.assign(duplex, { headers }),
    async receive(data) {
      if (duplex.destroyed || duplex.readableEnded || duplex.push(data)) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    },
    finish() {
      if (!duplex.destroyed) duplex.push(null);
    },
  };
}
