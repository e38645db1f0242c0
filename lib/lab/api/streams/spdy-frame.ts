/** Types of SPDY/3.1 control frames that are understood or sent here. */
export const controlType = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 9,
} as const;

/** Flag of the last frame that one side sends on a stream. */
export const finFlag = 1;

/** One SPDY/3.1 frame: data of a stream, or a control frame. */
export type SpdyFrame =
  | { kind: "data"; streamId: number; flags: number; body: Buffer }
  | { kind: "control"; type: number; flags: number; body: Buffer };

const headerBytes = 8;
const version = 3;

/** Takes the first whole frame off the front of `bytes`; undefined while it is incomplete. */
export function takeFrame(bytes: Buffer): { frame: SpdyFrame; rest: Buffer } | undefined {
  if (bytes.length < headerBytes) return undefined;
  const end = headerBytes + bytes.readUIntBE(5, 3);
  if (bytes.length < end) return undefined;
  const word = bytes.readUInt32BE(0);
  const flags = bytes.readUInt8(4);
  const body = bytes.subarray(headerBytes, end);
  const isControl = word >>> 31 === 1;
  const frame: SpdyFrame = isControl
    ? { kind: "control", type: word & 0xff_ff, flags, body }
    : { kind: "data", streamId: word, flags, body };
  return { frame, rest: bytes.subarray(end) };
}

/** Bytes of a data frame. */
export function dataFrame(streamId: number, body: Buffer, flags = 0): Buffer {
  return withHeader(streamId, flags, body);
}

/** Bytes of a control frame. */
export function controlFrame(type: number, body: Buffer, flags = 0): Buffer {
  return withHeader(((1 << 31) | (version << 16) | type) >>> 0, flags, body);
}

/** Body made of 32-bit words, as most control frames have. */
export function words(...values: number[]): Buffer {
  const body = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => body.writeUInt32BE(value, 4 * index));
  return body;
}

function withHeader(word: number, flags: number, body: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(word, 0);
  header.writeUInt8(flags, 4);
  header.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([header, body]);
}
