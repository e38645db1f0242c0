/** Largest payload of an HTTP or TCP question, in bytes. */
export const maxPayloadBytes = 1024 * 1024;

/** Longest first line of a frame, in bytes. */
export const maxHeadBytes = 64 * 1024;

/** A question or an answer: one line of JSON, then the payload. */
export interface Frame {
  /** The line, parsed; undefined when it is not JSON. */
  head: unknown;
  payload: Buffer;
}

/** Writes a frame as bytes. */
export function encodeFrame(head: object, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), payload]);
}

/** Reads a frame; the payload is all that follows the first line. Undefined when there is no complete line. */
export function decodeFrame(bytes: Buffer): Frame | undefined {
  const end = bytes.indexOf(10);
  return end < 0 ? undefined : { head: parse(bytes.toString("utf8", 0, end)), payload: bytes.subarray(end + 1) };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
