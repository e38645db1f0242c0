import { describe, expect, test } from "vitest";
import { answeredFromEach, answeredInShares } from "./expect-spread.ts";
import { answerOf, silence, somePod } from "../fixture.ts";

const [here, there] = [somePod("echo", "athens"), somePod("echo", "hurup")];
const athens = { name: "athens", pods: [here, somePod("other", "athens")] };
const hurup = { name: "hurup", pods: [there] };
const skagen = { name: "skagen", pods: [somePod("echo", "skagen")] };
const times = (count: number, pod: typeof here) => Array.from({ length: count }, () => answerOf(pod));

describe("answers from each of some groups", () => {
  test("come from their pods and from those that may answer, too, and from nobody else", () => {
    const { judge, text } = answeredFromEach([hurup], { others: [athens] });
    expect(text).toBe("answers from hurup, among those from athens, and from nowhere else");
    expect(judge(answerOf(there)).kept).toBe(true);
    expect(judge(answerOf(here)).kept).toBe(true);
    expect(judge(answerOf(somePod("echo", "skagen")))).toEqual({
      kept: false,
      saw: "an answer from skagen/worker/echo",
    });
    expect(judge(silence("refused")).kept).toBe(false);
  });

  test("have settled when one of each group has answered, whichever of its pods", () => {
    const { settled, enough, conclude } = answeredFromEach([athens, hurup]);
    expect(settled?.(times(50, here))).toBe(false);
    expect(enough?.(times(50, here))).toBe(false);
    expect(settled?.([answerOf(here), answerOf(there)])).toBe(true);
    expect(conclude?.(times(9, here))).toEqual({ kept: false, saw: "no answer from hurup in 9 answers" });
    expect(conclude?.([...times(3, here), answerOf(there)])).toEqual({
      kept: true,
      saw: "answers: 3 of 4 (75 %) from athens, 1 of 4 (25 %) from hurup",
    });
  });

  test("are asked for until those that must not answer would have been seen", () => {
    const { denial, samples, settled, enough, judge, text } = answeredFromEach([athens], { never: [hurup, skagen] });
    expect(text).toBe("answers from athens, and none from hurup, skagen");
    expect(denial).toBe(true);
    // Half of the pods must not answer; there are two things to miss.
    expect(samples).toBe(Math.ceil(Math.log(1e-6 / 2) / Math.log(0.5)));
    expect(settled?.(times(samples - 1, here))).toBe(false);
    expect(settled?.(times(samples, here))).toBe(true);
    expect(enough?.(times(samples, here))).toBe(false);
    expect(judge(answerOf(there)).kept).toBe(false);
  });

  test("are looked at as often as everything else when there is nothing to choose", () => {
    expect(answeredFromEach([hurup])).toMatchObject({ samples: 5, denial: false });
  });
});

describe("answers in shares", () => {
  const { samples, conclude, settled, text } = answeredInShares([athens, hurup]);

  test("follow the number of pods", () => {
    expect(text).toBe("answers in even shares: 67 % from athens, 33 % from hurup");
    const third = Math.round(samples / 3);
    expect(conclude?.([...times(samples - third, here), ...times(third, there)]).kept).toBe(true);
  });

  test("are refused in both directions when chance does not make them", () => {
    const twelfth = Math.round(samples / 12);
    const few = conclude?.([...times(samples - twelfth, here), ...times(twelfth, there)]);
    expect(few).toMatchObject({ kept: false, saw: expect.stringContaining("with a probability below 0.000001") });
    expect(conclude?.([...times(twelfth, here), ...times(samples - twelfth, there)]).kept).toBe(false);
  });

  test("are not judged before every group has answered", () => {
    expect(settled?.(times(20, here))).toBe(false);
    expect(settled?.([...times(20, here), answerOf(there)])).toBe(true);
  });
});
