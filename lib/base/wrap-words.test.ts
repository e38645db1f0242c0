import { expect, test } from "vitest";
import { wrapWords } from "./wrap-words.ts";

test("lines break at blanks and long words stay whole", () => {
  expect(wrapWords("no SYN-ACK from kind-region-athens/worker-2 within\n2000 ms", 12)).toEqual([
    "no SYN-ACK",
    "from",
    "kind-region-athens/worker-2",
    "within",
    "2000 ms",
  ]);
});

test("a text that fits is one line, also the empty one", () => {
  expect(wrapWords("a b", 3)).toEqual(["a b"]);
  expect(wrapWords("", 3)).toEqual([""]);
});
