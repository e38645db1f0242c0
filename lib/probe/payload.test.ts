import { describe, expect, it } from "vitest";
import { differenceOf, payloadOf } from "./payload.ts";

describe("a payload", () => {
  it("follows from its nonce and has the wanted length", () => {
    for (const bytes of [0, 1, 3, 64, 1001]) {
      expect(payloadOf("nonce", bytes)).toHaveLength(bytes);
      expect(payloadOf("nonce", bytes)).toEqual(payloadOf("nonce", bytes));
    }
  });

  it("is another one for another nonce", () => {
    const seen = Array.from({ length: 1000 }, (_, index) => payloadOf(`nonce-${index}`, 16).toString("hex"));
    expect(new Set(seen).size).toBe(1000);
  });

  it("does not repeat within itself", () => {
    const payload = payloadOf("nonce", 64 * 1024);
    expect(payload.indexOf(payload.subarray(0, 16), 1)).toBe(-1);
  });

  it("differs by length or from the first byte that is not the same", () => {
    const sent = Buffer.from("abcdef");
    expect(differenceOf(sent, Buffer.from("abcdef"))).toBeUndefined();
    expect(differenceOf(sent, Buffer.from("abc"))).toBe("payload of 3 bytes instead of 6");
    expect(differenceOf(sent, Buffer.from("abXdeX"))).toBe("payload differs from byte 2 of 6");
  });
});
