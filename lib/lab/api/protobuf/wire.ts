/** One field of a message as it lies on the wire: a number, or bytes. */
export interface WireField {
  number: number;
  value: bigint | Buffer;
}

/**
 * Splits a protocol buffers message into its fields, in order. Throws RangeError when it ends too early or has a group in it.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function wireFields(message: Buffer): WireField[] {
  const fields: WireField[] = [];
  let offset = 0;
  while (offset < message.length) {
    const tag = Number(varint());
    fields.push({ number: tag >> 3, value: valueOf(tag & 7) });
  }
  return fields;

  function valueOf(type: number): bigint | Buffer {
    if (type === 0) return varint();
    if (type === 1) return take(8);
    if (type === 2) return take(Number(varint()));
    if (type === 5) return take(4);
    throw new RangeError(`wire type ${type}`);
  }

  function take(length: number): Buffer {
    if (offset + length > message.length) throw new RangeError("the message ends too early");
    offset += length;
    return message.subarray(offset - length, offset);
  }

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    throw new RangeError("a number is too long");
  }
}
