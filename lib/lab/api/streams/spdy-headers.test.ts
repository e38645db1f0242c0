import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { spdyDictionary } from "./spdy-dictionary.ts";
import { headerCodec } from "./spdy-headers.ts";

test("the dictionary is SPDY/3's", () => {
  // A zlib stream with a preset dictionary names it by its Adler-32 checksum (RFC 1950, section 2.2).
  expect(deflateSync("", { dictionary: spdyDictionary }).toString("hex", 2, 6)).toBe("e3c6a7c2");
});

test("blocks refer to the blocks before them", async () => {
  const [sender, receiver] = [headerCodec(), headerCodec()];
  const headers = new Map([
    ["streamtype", "data"],
    ["port", "8080"],
    ["requestid", "é"],
  ]);
  const first = await sender.encode(headers);
  const second = await sender.encode(headers);
  expect(second.length).toBeLessThan(first.length);
  expect(await receiver.decode(first)).toEqual(headers);
  expect(await receiver.decode(second)).toEqual(headers);
  for (const codec of [sender, receiver]) codec.close();
});

test("a broken block is refused", async () => {
  const receiver = headerCodec();
  await expect(receiver.decode(Buffer.from("no zlib here"))).rejects.toThrow("incorrect header check");
  receiver.close();
});
