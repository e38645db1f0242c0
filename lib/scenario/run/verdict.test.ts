import { describe, expect, test } from "vitest";
import type { Outcome } from "../../probe/outcome.ts";
import { answeredBy, blocked, type Expectation } from "../expect/expect.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import { http } from "../probes.ts";
import { path, type Path } from "../path.ts";
import type { Attempt, Trial } from "./converge.ts";
import { rule } from "./verdict.ts";

const client = somePod("client");
const echo = somePod("echo");
const timeoutMs = 5_000;
const stalledMs = timeoutMs / 2;

/** Attempts by letter: + an answer, - a time-out, s a time-out while the asker was stalled, x a refusal, . an answer after a second. */
function attempts(letters: string, expectation: Expectation): Attempt[] {
  return letters.split("").map((letter, index) => {
    const outcomes: Record<string, Outcome> = { "-": "timeout", s: "timeout", x: "refused" };
    const outcome = outcomes[letter];
    const observation = {
      ...(outcome ? silence(outcome) : answerOf(echo)),
      ...(letter === "." ? { connectMs: 1_010 } : {}),
      startedAt: index * 100,
      durationMs: 10,
      eventLoopDelayMs: letter === "s" ? stalledMs : 0,
    };
    return { probe: http(echo.address, { timeoutMs }), observation, judgement: expectation.judge(observation) };
  });
}

/** A trial with what was seen before convergence, and after; without an `after` it never converged. */
function trialOf(asked: Path, before: string, after?: string, more: Partial<Trial> = {}): Trial {
  return {
    path: asked,
    attempts: attempts(before + (after ?? ""), asked.expect),
    ...(after === undefined ? {} : { convergedAt: before.length, convergedMs: 1 }),
    startedMs: 0,
    endedMs: 1,
    ...more,
  };
}

const reach = path("http", { from: client, to: echo, probe: () => http(echo.address), expect: answeredBy(echo) });
const service = { ...reach, to: { kind: "service", cluster: "athens", name: "echo" } as Path["to"] };
const denial = path("denial", { ...reach, expect: blocked(["timeout", "refused"]), control: reach });
const answered = trialOf(reach, "+++", "+++++");

describe("a promise of an answer", () => {
  test.for<[verdict: string, why: string, flap: boolean, asked: Path, before: string, after?: string]>([
    ["passed", "it always answers", false, reach, "+++", "+++++"],
    ["passed", "it begins to answer within its time", false, reach, "--+++", "+++++"],
    ["passed", "backends may arrive one by one", false, service, "+-+++", "+++++"],
    ["failed", "a pod that has answered has no reason to fail", true, reach, "+-+++", "+++++"],
    ["passed", "the asker's own stall is no failure of the pod", false, reach, "+s+++", "+++++"],
    ["failed", "one that was not the asker's own is", true, reach, "+s-+++", "+++++"],
    ["failed", "it fails after it has answered in a row", true, reach, "+++", "++-"],
    ["broken", "the asker was stalled", false, reach, "+++", "++s"],
    ["failed", "one failure is not the asker's own", true, reach, "+++", "+s-"],
    ["failed", "it never answers", false, reach, "-----"],
    ["failed", "it never answers in a row", false, reach, "+-+-+-"],
    ["failed", "a stall at the end does not make good what was lost before", false, reach, "----s"],
    ["broken", "all that it saw since its first failures may be the asker's own", false, reach, "--sss"],
    ["broken", "it was not asked often enough", false, reach, "++"],
    ["failed", "answers begin only after packets were sent again", true, reach, "+++", ".+.++"],
    ["passed", "one lost packet can happen", false, reach, "+++", ".++++"],
    ["broken", "it was never asked", false, reach, ""],
  ])("is %s when %s", ([verdict, , flap, asked, before, after]) => {
    expect(rule(trialOf(asked, before, after), undefined)).toMatchObject({ verdict, flap });
  });

  test("is broken when it was lost, whatever was seen before", () => {
    for (const [before, after] of [
      ["", undefined],
      ["---", undefined],
      ["+++", "+++++"],
      ["+++", "+-"],
    ] as const)
      expect(rule(trialOf(reach, before, after, { lost: "the stream broke" }), undefined)).toMatchObject({
        verdict: "broken",
        reason: "the stream broke",
      });
  });

  test("with a limit to its gap needs an answer in the end", () => {
    const during: Path = { ...reach, during: true, gapLimitMs: 10_000 };
    expect(rule(trialOf(during, "", "++--++"), undefined).verdict).toBe("passed");
    expect(rule(trialOf({ ...during, gapLimitMs: 100 }, "", "++--++"), undefined).verdict).toBe("failed");
    expect(rule(trialOf(during, "", "-----"), undefined).verdict).toBe("failed");
    expect(rule(trialOf(during, "", "++--"), undefined).verdict).toBe("failed");
  });
});

describe("a promise of silence", () => {
  test.for<[verdict: string, why: string, before: string, after?: string]>([
    ["passed", "it is silent", "---", "--"],
    ["passed", "it is refused", "xxx", "xx"],
    ["passed", "it becomes silent within its time", "+---", "----"],
    ["failed", "it answers again", "---", "-+"],
    ["failed", "it answers", "+++++"],
    ["broken", "the asker was stalled each time", "sss", "ss"],
    ["broken", "one silence of another reason is not enough", "ss-", "ss"],
    ["passed", "two are", "ss-", "-s"],
    ["passed", "refusals need no patience", "xxx", "ss"],
    ["failed", "an answer is one, whoever was stalled", "sss", "s+"],
    ["broken", "it was not asked often enough", "---"],
  ])("is %s when %s", ([verdict, , before, after]) => {
    expect(rule(trialOf(denial, before, after), answered).verdict).toBe(verdict);
  });

  test("is broken when it was lost", () => {
    expect(rule(trialOf(denial, "---", "--", { lost: "the stream broke" }), answered).verdict).toBe("broken");
  });
});
