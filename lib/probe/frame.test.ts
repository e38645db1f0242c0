import { expect, it } from "vitest";
import { decodeFrame, encodeFrame } from "./frame.ts";

it("a frame comes back as it was written", () => {
  const payload = Buffer.from([10, 0, 255, 10]);
  const head = { nonce: "Ωmega\n" };
  expect(decodeFrame(encodeFrame(head, payload))).toEqual({ head, payload });
});

it("a frame without a complete line is none, and one whose line is not JSON has no head", () => {
  expect(decodeFrame(Buffer.from('{"nonce":"a"}'))).toBeUndefined();
  expect(decodeFrame(Buffer.from("hello\nrest"))).toEqual({ head: undefined, payload: Buffer.from("rest") });
});
