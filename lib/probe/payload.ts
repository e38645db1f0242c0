/**
 * Makes the payload of one question: its bytes follow from the nonce, so that another question's payload, or a stale one, is noticed.
 */
export function payloadOf(nonce: string, bytes: number): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = seedOf(nonce);
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return Buffer.from(words.buffer, 0, bytes);
}

/** Says how a payload differs from what was sent; undefined when it does not. */
export function differenceOf(sent: Buffer, received: Buffer): string | undefined {
  if (sent.equals(received)) return undefined;
  if (sent.length !== received.length) return `payload of ${received.length} bytes instead of ${sent.length}`;
  return `payload differs from byte ${sent.findIndex((byte, index) => byte !== received[index])} of ${sent.length}`;
}

/** FNV-1a; xorshift needs a seed that is not zero. */
function seedOf(nonce: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < nonce.length; index++) hash = Math.imul(hash ^ nonce.charCodeAt(index), 0x01000193);
  return hash | 1;
}
