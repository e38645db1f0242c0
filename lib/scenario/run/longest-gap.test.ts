import { expect, test } from "vitest";
import type { Attempt } from "./converge.ts";
import { silence } from "../fixture.ts";
import { longestGapMs } from "./longest-gap.ts";

const probe = { kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 1000 } as const;

/** Attempts that begin at these times and take 3 ms; a negative time marks one that failed. */
function attempts(...times: number[]): Attempt[] {
  return times.map((time) => ({
    probe,
    observation: silence(time < 0 ? "refused" : "answered", { startedAt: Math.abs(time) }),
    judgement: time < 0 ? { kept: false, saw: "refused" } : { kept: true },
  }));
}

test("the gap goes from one good answer to the next, over those that failed", () => {
  expect(longestGapMs(attempts(1000, 1020, -1040, -1060, 1100, 1120))).toBe(80);
});

test("without failures it is the time from answer to answer", () => {
  expect(longestGapMs(attempts(1000, 1020, 1050))).toBe(30);
});

test("silence at the beginning, at the end and throughout is a gap, too", () => {
  expect(longestGapMs(attempts(-1000, 1100))).toBe(103);
  expect(longestGapMs(attempts(1000, -1100))).toBe(100);
  expect(longestGapMs(attempts(-1000, -1100))).toBe(103);
  expect(longestGapMs([])).toBe(0);
});
