import { expect, test } from "vitest";
import { durationText, formatDuration, parseDuration } from "./duration.ts";

test.each([
  [0, "0 ms"],
  [0.04, "0 ms"],
  [2.25, "2.3 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [1234, "1.2 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [3_599_600, "1 h 0 min"],
  [3_780_000, "1 h 3 min"],
  [-1, "unknown time"],
  [Number.NaN, "unknown time"],
])("%d ms is written as %s", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["1.5s", 1500],
  ["5m", 300_000],
  ["5min", 300_000],
  ["1m30s", 90_000],
  ["1h", 3_600_000],
])("%s is read as %d ms", (text, durationMs) => {
  expect(parseDuration(text, "--time-limit")).toBe(durationMs);
});

test.each(["", "30", "s", "-3s", "3 s", "3s later", "1x"])("%j is not a duration", (text) => {
  expect(() => parseDuration(text, "--time-limit")).toThrow(`--time-limit is "${text}", which is not a duration.`);
});

test.each(["0ms", "1.5ms", "500ms", "30s", "1s500ms", "15m", "1m30s", "24h", "1h1ms"])(
  "%s is written as it was read",
  (text) => {
    expect(durationText(parseDuration(text, "--timeout"))).toBe(text);
  },
);
