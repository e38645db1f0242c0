import { expect, test } from "vitest";
import { answerOf, silence, somePod } from "../fixture.ts";
import { attemptCounts } from "./attempt-counts.ts";
import type { Sighting } from "../question.ts";

const probe = { kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 1000 } as const;
const attempts = (...seen: Sighting[]) =>
  seen.map((observation) => ({ probe, observation, judgement: { kept: true } as const }));

test("attempts are counted by how they ended, and by who answered", () => {
  const [one, other] = [somePod("echo"), somePod("echo", "athens", "worker2")];
  expect(attemptCounts(attempts(answerOf(one), silence("timeout"), answerOf(other), answerOf(other)))).toEqual({
    outcomes: { answered: 3, timeout: 1 },
    answeredBy: { "athens/worker2/echo": 2, "athens/worker/echo": 1 },
  });
});

test("a path that was never asked has no counts, and one that nobody answered has no answerers", () => {
  expect(attemptCounts([])).toEqual({});
  expect(attemptCounts(attempts(silence("refused")))).toEqual({ outcomes: { refused: 1 } });
});

test("of many answerers the most frequent ones are kept", () => {
  const many = Array.from({ length: 100 }, (_, index) => answerOf(somePod(`echo-${index}`)));
  const { answeredBy = {} } = attemptCounts(attempts(...many, answerOf(somePod("echo-99"))));
  expect(Object.keys(answeredBy)).toHaveLength(32);
  expect(answeredBy["athens/worker/echo-99"]).toBe(2);
});
