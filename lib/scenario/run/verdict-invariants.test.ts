import { array, constantFrom, integer, record, sample } from "fast-check";
import { expect, test } from "vitest";
import { answeredBy, answeredByEach, blocked } from "../expect/expect.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import { type Path, path } from "../path.ts";
import type { Sighting } from "../question.ts";
import { type Attempt, converge, held, type Trial } from "./converge.ts";
import { usualPace } from "./pace.ts";
import { rule } from "./verdict.ts";

const client = somePod("client");
const echo = somePod("echo");
const other = somePod("other");
const probe = () => ({ kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 1000 }) as const;
const reach = path("tcp", { from: client, to: echo, probe, expect: answeredBy(echo) });
const service = { kind: "service", cluster: "athens", name: "echo" } as unknown as Path["to"];
const paths: Path[] = [
  reach,
  { ...reach, to: service },
  path("each", { from: client, to: service, probe, expect: answeredByEach([echo, other]) }),
  path("denied", { from: client, to: echo, probe, expect: blocked(["refused", "timeout"]), control: reach }),
];

const sightings: Sighting[] = [
  answerOf(echo),
  answerOf(echo),
  answerOf(echo),
  answerOf(other),
  silence("timeout"),
  silence("timeout", { eventLoopDelayMs: 800 }),
  silence("timeout", { eventLoopDelayMs: 90, eventLoopDelaysMs: 900 }),
  silence("refused"),
  silence("reset", { eventLoopDelayMs: 800 }),
  { ...answerOf(echo), connectMs: 1_020 },
];
const lost = silence("not-run", { detail: "the stream broke" });

/** Sightings that come one after another; the last one repeats. Long runs of the same are as likely as a quick change. */
const script = array(record({ seen: constantFrom(...sightings, lost), times: integer({ min: 1, max: 6 }) }), {
  minLength: 1,
  maxLength: 6,
}).map((parts) => parts.flatMap(({ seen, times }) => Array.from({ length: times }, () => seen)));

/** Asks all at once, since each has to wait. */
async function play(scripts: Sighting[][]): Promise<Trial[]> {
  const rest = new Map<object, Sighting[]>();
  const asked = scripts.map((list, index) => {
    const question = probe();
    rest.set(question, [...list]);
    return { ...(paths[index % paths.length] ?? reach), probe: () => question };
  });
  return converge(asked, {
    settleMs: 300,
    holdPauseMs: 1,
    signal: new AbortController().signal,
    ask: async (_, questions) =>
      questions.map((question) => {
        const list = rest.get(question) ?? [];
        return (list.length > 1 ? list.shift() : list[0]) ?? lost;
      }),
  });
}

const passedControl: Trial = {
  path: reach,
  attempts: Array.from({ length: 8 }, (): Attempt => ({
    probe: probe(),
    observation: answerOf(echo),
    judgement: { kept: true },
  })),
  convergedAt: usualPace.inARow,
  startedMs: 0,
  endedMs: 1,
};

const isBroken = ({ judgement }: Attempt) => !judgement.kept;
const isStalled = ({ observation }: Attempt) =>
  observation.outcome === "timeout" &&
  (observation.eventLoopDelayMs >= 500 || (observation.eventLoopDelaysMs ?? 0) >= 500);
const isSlow = ({ observation }: Attempt) => (observation.connectMs ?? 0) > 950;

/** Says what of a verdict is against what was seen. */
function contradictions(trial: Trial, verdict: string): string[] {
  const { attempts, convergedAt, conclusion, lost: reason } = trial;
  const real = (among: Attempt[]) => among.filter((attempt) => isBroken(attempt) && !isStalled(attempt));
  const row = attempts.slice((convergedAt ?? 0) - usualPace.inARow, convergedAt);
  const isSlowTwice = attempts.filter(isSlow).length > 1;
  const isFailureSeen = real(attempts).length > 0 || conclusion?.kept === false || isSlowTwice;
  const rules: [about: string, holds: boolean][] = [
    ["lost and not broken", reason === undefined || verdict === "broken"],
    ["passed after a failure", verdict !== "passed" || attempts.at(-1)?.judgement.kept === true],
    ["passed with a failure after convergence", verdict !== "passed" || !held(trial).some(isBroken)],
    ["passed without a row", verdict !== "passed" || (row.length === usualPace.inARow && !row.some(isBroken))],
    ["passed with packets lost", verdict !== "passed" || !isSlowTwice],
    ["failed without a failure", verdict !== "failed" || isFailureSeen],
    [
      "broken without a reason",
      verdict !== "broken" || reason !== undefined || attempts.some(isStalled) || attempts.length < 5,
    ],
    ["a real failure is excused", reason !== undefined || real(held(trial)).length === 0 || verdict === "failed"],
    [
      "real failures are excused",
      reason !== undefined ||
        convergedAt !== undefined ||
        real(attempts).length < usualPace.inARow ||
        verdict === "failed",
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([about]) => about);
}

test("no sequence of sightings passes, fails or excuses a path against what was seen", async () => {
  const trials = await play(sample(script, { numRuns: 600, seed: 4 }));
  const ruled = trials.map((trial) => ({ trial, verdict: rule(trial, passedControl).verdict }));
  const wrong = ruled.flatMap(({ trial, verdict }) =>
    contradictions(trial, verdict).map((about) => ({
      about,
      convergedAt: trial.convergedAt,
      seen: trial.attempts.map(({ observation }) => observation.outcome).join(" "),
    })),
  );
  expect(wrong).toEqual([]);
  expect(new Set(ruled.map(({ verdict }) => verdict))).toEqual(new Set(["passed", "failed", "broken"]));
});

test("silence of somebody who was stalled denies nothing, however often it is seen", () => {
  const denied = paths[3] ?? reach;
  const silent = (stalls: number, others: number): Trial => ({
    ...passedControl,
    path: denied,
    attempts: [
      ...Array.from({ length: stalls }, () => silence("timeout", { eventLoopDelayMs: 800 })),
      ...Array.from({ length: others }, () => silence("timeout")),
    ].map((observation) => ({ probe: probe(), observation, judgement: denied.expect.judge(observation) })),
  });
  const verdicts = [silent(0, 5), silent(3, 2), silent(4, 1), silent(5, 0)].map(
    (trial) => rule(trial, passedControl).verdict,
  );
  expect(verdicts).toEqual(["passed", "passed", "broken", "broken"]);
});

test("a real loss is not excused by a stall, neither before nor after it", () => {
  const loss = silence("timeout");
  const stall = silence("timeout", { eventLoopDelayMs: 800 });
  const trial = (seen: Sighting[], convergedAt?: number): Trial => ({
    path: reach,
    attempts: seen.map((observation) => ({ probe: probe(), observation, judgement: reach.expect.judge(observation) })),
    ...(convergedAt === undefined ? {} : { convergedAt }),
    startedMs: 0,
    endedMs: 1,
  });
  const good = answerOf(echo);
  const verdictOf = (seen: Sighting[], convergedAt?: number) => rule(trial(seen, convergedAt), undefined).verdict;
  expect(verdictOf([loss, loss, loss, stall, stall])).toBe("failed");
  expect(verdictOf([stall, stall, loss, loss, loss])).toBe("failed");
  expect(verdictOf([loss, stall, stall, stall, stall])).toBe("broken");
  expect(verdictOf([good, good, good, stall, loss], 3)).toBe("failed");
  expect(verdictOf([good, good, good, good, stall], 3)).toBe("broken");
  expect(verdictOf([good, loss, good, good, good, stall], 5)).toBe("failed");
  expect(verdictOf([good, stall, good, good, good, good], 5)).toBe("passed");
});
