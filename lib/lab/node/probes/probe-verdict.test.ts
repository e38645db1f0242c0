import { describe, expect, it } from "vitest";
import type { Probe } from "../pod/pod-spec.ts";
import { afterAnswer, type ProbeState, untried } from "./probe-verdict.ts";

describe("the verdict of a probe", () => {
  const verdicts = (probe: Probe, answers: string): string => {
    let state: ProbeState = untried;
    return answers
      .split("")
      .map((answer) => {
        state = afterAnswer(state, probe, answer === "+");
        return state.passed === undefined ? "?" : state.passed ? "+" : "-";
      })
      .join("");
  };
  it.each([
    [{}, "+--+---+", "++++++-+"],
    [{}, "---", "??-"],
    [{ failureThreshold: 1 }, "-+-", "-+-"],
    [{ successThreshold: 2 }, "+-++-", "???++"],
  ])("with %j goes with %s as %s", (probe, answers, expected) => {
    expect(verdicts(probe, answers)).toBe(expected);
  });
});
