import type { Transform } from "node:stream";
import { constants, createDeflate, createInflate } from "node:zlib";
import { spdyDictionary } from "./spdy-dictionary.ts";

/** Reads and writes the compressed header blocks of one SPDY connection; each direction remembers its earlier blocks. */
export interface HeaderCodec {
  /** Names are in lower case. Rejects when the block is broken. */
  decode(block: Buffer): Promise<Map<string, string>>;
  encode(headers: Map<string, string>): Promise<Buffer>;
  /** Frees the memory of both directions. */
  close(): void;
}

/** Makes the header compression of one connection. Blocks must be given in the order of their frames, one at a time. */
export function headerCodec(): HeaderCodec {
  const options = { dictionary: spdyDictionary, flush: constants.Z_SYNC_FLUSH };
  const [inflate, deflate] = [createInflate(options), createDeflate(options)];
  const [decompress, compress] = [stepwise(inflate), stepwise(deflate)];
  return {
    decode: async (block) => parseHeaders(await decompress(block)),
    encode: (headers) => compress(formatHeaders(headers)),
    close() {
      inflate.destroy();
      deflate.destroy();
    },
  };
}

function stepwise(transform: Transform): (input: Buffer) => Promise<Buffer> {
  let output: Buffer[] = [];
  transform.on("data", (chunk: Buffer) => output.push(chunk));
  transform.on("error", () => {});
  return (input) =>
    new Promise((resolve, reject) => {
      // Broken input is told by the event alone.
      transform.once("error", reject);
      transform.write(input, (error) => {
        transform.off("error", reject);
        if (error) return reject(error);
        resolve(Buffer.concat(output));
        output = [];
      });
    });
}

function parseHeaders(block: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let offset = 4;
  const text = () => {
    const start = offset + 4;
    offset = start + block.readUInt32BE(offset);
    return block.toString("utf8", start, offset);
  };
  for (let left = block.readUInt32BE(0); left > 0; left -= 1) {
    const name = text();
    headers.set(name, text());
  }
  return headers;
}

function formatHeaders(headers: Map<string, string>): Buffer {
  const parts = [...headers].flat().flatMap((text) => {
    const bytes = Buffer.from(text);
    return [length(bytes.length), bytes];
  });
  return Buffer.concat([length(headers.size), ...parts]);
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
