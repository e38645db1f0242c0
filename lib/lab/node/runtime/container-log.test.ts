import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { createContainerLog } from "./container-log.ts";

const first = Date.UTC(2026, 10, 21, 1, 27, 28, 767);

/** A log to which each word was written a second after the one before. */
function logOf(words: string[], capacity?: number) {
  let nowMs = first;
  const log = createContainerLog(capacity, () => nowMs);
  for (const word of words) {
    log.append("stdout", Buffer.from(word));
    nowMs += 1000;
  }
  return log;
}

it("gives back what was written, from both streams, a line at a time", async () => {
  const log = logOf(["one\ntwo\nthr"]);
  log.append("stderr", Buffer.from("wrong\n"));
  log.append("stdout", Buffer.from("ee\nend"));
  expect(await text(log.read({}))).toBe("one\ntwo\nwrong\nthree\n");
  log.close();
  expect(await text(log.read({}))).toBe("one\ntwo\nwrong\nthree\nend");
});

it.each([
  [{ timestamps: true, tailLines: 1 }, "2026-11-21T01:27:30.767000000Z c\n"],
  [{ tailLines: 2 }, "b\nc\n"],
  [{ tailLines: 0 }, ""],
  [{ sinceSeconds: 2 }, "b\nc\n"],
  [{ limitBytes: 3 }, "a\nb"],
  [{ limitBytes: 0 }, ""],
])("with %j gives %j", async (options, expected) => {
  expect(await text(logOf(["a\n", "b\n", "c\n"]).read(options))).toBe(expected);
});

it("is followed until the container ends", async () => {
  const log = logOf(["before\n"]);
  const followed = text(log.read({ follow: true }));
  log.append("stdout", Buffer.from("after\nlast"));
  log.close();
  expect(await followed).toBe("before\nafter\nlast");
  expect(await text(log.read({ follow: true }))).toBe("before\nafter\nlast");
});

it("ends at the byte limit, though it is followed", async () => {
  const log = logOf(["before\n"]);
  const followed = text(log.read({ follow: true, limitBytes: 9 }));
  log.append("stdout", Buffer.from("after\n"));
  expect(await followed).toBe("before\naf");
});

it("forgets the oldest lines when it is full, and cuts endless ones", async () => {
  expect(await text(logOf(["aaaa\n", "bbbb\n", "cccc\n"], 10).read({}))).toBe("bbbb\ncccc\n");
  const log = logOf(["x".repeat(20_000)]);
  expect(await text(log.read({}))).toBe("x".repeat(16_384));
});
