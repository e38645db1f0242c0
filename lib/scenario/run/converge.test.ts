import { describe, expect, test } from "vitest";
import type { Observation } from "../../probe/probe.ts";
import { converge, type Trial } from "./converge.ts";
import { resolvesTo } from "../expect/expect-records.ts";
import { answeredBy, answeredByEach, answeredByTheSame, blocked } from "../expect/expect.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import { type Path, path } from "../path.ts";
import { rule } from "./verdict.ts";

const client = somePod("client");
const echo = somePod("echo");
const other = somePod("other");
const probe = () => ({ kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 1000 }) as const;
const reach = (variant = "tcp") => path(variant, { from: client, to: echo, probe, expect: answeredBy(echo) });
const timeout = silence("timeout");

/** Plays a fixed list of observations per path variant; the last one repeats. */
async function play(paths: Path[], script: Record<string, Observation[]>, settleMs = 400): Promise<Trial[]> {
  const queue = new Map(Object.entries(script).map(([variant, list]) => [variant, [...list]]));
  const order = new WeakMap<object, string>();
  const numbered = paths.map((one) => ({ ...one, probe: () => tag(one) }));
  const tag = (one: Path) => {
    const made = probe();
    order.set(made, one.variant);
    return made;
  };
  return converge(numbered, {
    settleMs,
    holdPauseMs: 1,
    signal: new AbortController().signal,
    ask: (_, probes) =>
      Promise.resolve(
        probes.map((asked) => {
          const list = queue.get(order.get(asked) ?? "") ?? [];
          return (list.length > 1 ? list.shift() : list[0]) ?? silence("not-run");
        }),
      ),
  });
}

async function verdictOf(one: Path, observations: Observation[], settleMs?: number) {
  const [trial] = await play([one], { [one.variant]: observations }, settleMs);
  if (!trial) throw new Error("no trial");
  const { verdict, flap, saw, reason } = rule(trial, undefined);
  return { verdict, flap, saw, reason, attempts: trial.attempts.length };
}

describe("a path that should answer", () => {
  test("passes when it always answers, and goes on asking after convergence", async () => {
    expect(await verdictOf(reach(), [answerOf(echo)])).toMatchObject({ verdict: "passed", attempts: 8 });
  });

  test("passes when it answers late, and keeps what it saw before", async () => {
    const [trial] = await play([reach()], { tcp: [timeout, timeout, answerOf(echo)] }, 5_000);
    expect(trial).toMatchObject({ convergedAt: 5 });
    expect(trial?.attempts.filter(({ judgement }) => !judgement.kept)).toHaveLength(2);
  });

  test("fails when it never answers three times in a row", async () => {
    const flapping = Array.from({ length: 200 }, (_, index) => (index % 3 === 2 ? timeout : answerOf(echo)));
    const result = await verdictOf(reach(), flapping);
    expect(result.verdict).toBe("failed");
    expect(result.saw).toContain("timeout");
  });

  test("fails as a flap when it stops answering after convergence; nothing asks it green again", async () => {
    const good = answerOf(echo);
    const result = await verdictOf(reach(), [good, good, good, good, timeout, good]);
    expect(result).toMatchObject({ verdict: "failed", flap: true, attempts: 5 });
    expect(result.saw).toMatch(/^timeout; 1 of 5 attempts in .* s, after it had answered as expected$/);
  });

  test("fails as a flap when it answered, failed and answered again before it converged", async () => {
    const good = answerOf(echo);
    expect(await verdictOf(reach(), [good, timeout, good])).toMatchObject({ verdict: "failed", flap: true });
  });

  test("behind a Service may fail between answers until it has converged", async () => {
    const service = { ...reach(), to: { kind: "service", cluster: "athens", name: "echo" } as unknown as Path["to"] };
    expect(await verdictOf(service, [answerOf(echo), timeout, answerOf(echo)])).toMatchObject({ verdict: "passed" });
  });

  test("fails when its answers begin only after packets were sent again", async () => {
    const slow = { ...answerOf(echo), connectMs: 1_020 };
    const good = { ...answerOf(echo), connectMs: 2 };
    expect(await verdictOf(reach(), [slow, good, good, good, slow, good])).toMatchObject({
      verdict: "failed",
      flap: true,
    });
    expect(await verdictOf(reach(), [slow, good])).toMatchObject({ verdict: "passed" });
    const stalled = { ...slow, eventLoopDelayMs: 900 };
    expect(await verdictOf(reach(), [stalled, stalled, good])).toMatchObject({ verdict: "passed" });
  });

  test("is looked at twice as long when it failed before it converged", async () => {
    const result = await verdictOf(reach(), [timeout, answerOf(echo)], 5_000);
    expect(result).toMatchObject({ verdict: "passed", attempts: 1 + 3 + 10 });
  });

  test("fails when somebody else answers, however fast", async () => {
    expect(await verdictOf(reach(), [answerOf(other)])).toMatchObject({ verdict: "failed" });
  });

  test("is broken, not failed, when its observation was lost", async () => {
    const result = await verdictOf(reach(), [answerOf(echo), silence("not-run", { detail: "the stream broke" })]);
    expect(result).toMatchObject({ verdict: "broken", reason: "the stream broke" });
  });

  test("is broken when the time-out may be the asking agent's own stall", async () => {
    const stalled = silence("timeout", { eventLoopDelayMs: 800 });
    expect(await verdictOf(reach(), [stalled])).toMatchObject({ verdict: "broken" });
    expect(await verdictOf(reach(), [silence("timeout", { eventLoopDelayMs: 20 })])).toMatchObject({
      verdict: "failed",
    });
  });

  test("has its whole time to settle, however long it queued", async () => {
    const queued = Promise.withResolvers<void>();
    setTimeout(queued.resolve, 300);
    let asked = 0;
    const [trial] = await converge([reach()], {
      settleMs: 200,
      holdPauseMs: 1,
      signal: new AbortController().signal,
      async ask(_, probes) {
        await queued.promise;
        return probes.map(() => (++asked <= 2 ? timeout : answerOf(echo)));
      },
    });
    expect(trial && rule(trial, undefined).verdict).toBe("passed");
  });

  test("does not hold up the paths that answer", async () => {
    const trials = await play([reach("good"), reach("bad")], { good: [answerOf(echo)], bad: [timeout] });
    expect(trials.map((trial) => rule(trial, undefined).verdict)).toEqual(["passed", "failed"]);
    expect(trials[0]?.attempts).toHaveLength(8);
  });
});

describe("a name server", () => {
  const asked = path("udp", {
    from: client,
    to: { kind: "named", cluster: "athens", name: "dns-server" },
    probe,
    expect: resolvesTo(() => ["10.1.0.5"]),
  });
  const answerAfter = (firstByteMs: number, eventLoopDelayMs = 0): Observation => ({
    ...silence("answered"),
    question: "echo.run.svc.cluster.local",
    answers: [{ name: "echo.run.svc.cluster.local", type: "A", ttlSeconds: 5, data: "10.1.0.5" }],
    firstByteMs,
    eventLoopDelayMs,
  });

  test("may take its time once", async () => {
    expect(await verdictOf(asked, [answerAfter(3000), answerAfter(5)])).toMatchObject({ verdict: "passed" });
  });

  test("may wait a second and a half for a processor", async () => {
    expect(await verdictOf(asked, [answerAfter(1500)])).toMatchObject({ verdict: "passed" });
  });

  test("fails when it takes as long as makes applications ask again", async () => {
    expect(await verdictOf(asked, [answerAfter(3000)])).toMatchObject({
      verdict: "failed",
      saw: "answers that took two seconds or more to begin, as from a server that is slow: 8 of 8",
    });
  });

  test("is not blamed for the time that the asking agent took itself", async () => {
    expect(await verdictOf(asked, [answerAfter(3000, 2900)])).toMatchObject({ verdict: "passed" });
  });
});

describe("a path over several backends", () => {
  const each = path("each", { from: client, to: echo, probe, expect: answeredByEach([echo, other]) });
  const sticky = path("sticky", { from: client, to: echo, probe, expect: answeredByTheSame([echo, other]) });

  test("passes as soon as each was seen", async () => {
    const mixed = Array.from({ length: 60 }, (_, index) => answerOf(index % 2 ? echo : other));
    expect(await verdictOf(each, mixed)).toMatchObject({ verdict: "passed", attempts: 11 });
  });

  test("fails when one is never seen", async () => {
    const result = await verdictOf(each, [answerOf(echo)]);
    expect(result.verdict).toBe("failed");
    expect(result.saw).toContain("no answer from athens/worker/other");
  });

  test("passes when one of them joins late, and is not judged by what it saw before", async () => {
    const late = [...Array.from({ length: 11 }, () => answerOf(echo)), answerOf(other)];
    const both = Array.from({ length: 400 }, (_, index) => answerOf(index % 2 ? echo : other));
    expect(await verdictOf(each, [...late, ...both], 5_000)).toMatchObject({ verdict: "passed" });
  });

  test("is asked as often as it takes to tell, however short its time", async () => {
    const wanted = each.expect.samples;
    const result = await verdictOf(each, [answerOf(echo)], 1);
    expect(result.verdict).toBe("failed");
    expect(result.attempts).toBeGreaterThanOrEqual(wanted);
  });

  test("fails for what it saw last, not for how it began, when one is never seen", async () => {
    const result = await verdictOf(each, [silence("refused"), answerOf(echo)], 1_500);
    expect(result).toMatchObject({ verdict: "failed", flap: false });
    expect(result.saw).toContain("no answer from athens/worker/other");
  });

  test("affinity fails when the answers change", async () => {
    const first = Array.from({ length: 10 }, () => answerOf(echo));
    expect(await verdictOf(sticky, [...first, answerOf(other)])).toMatchObject({ verdict: "failed" });
    expect(await verdictOf(sticky, [answerOf(echo)])).toMatchObject({ verdict: "passed" });
  });
});

describe("a denial", () => {
  const control = reach("control");
  const denial = path("denial", { from: client, to: echo, probe, expect: blocked(["refused", "timeout"]), control });

  async function verdicts(ofControl: Observation, ofDenial: Observation) {
    const [first, second] = await play([control, denial], { control: [ofControl], denial: [ofDenial] });
    if (!first || !second) throw new Error("no trials");
    return rule(second, first).verdict;
  }

  test("passes on silence when its control answers", async () => {
    expect(await verdicts(answerOf(echo), silence("refused"))).toBe("passed");
  });

  test("is broken on silence when its control is silent, too", async () => {
    expect(await verdicts(timeout, silence("refused"))).toBe("broken");
  });

  test("fails on any answer, even a wrong one", async () => {
    expect(await verdicts(answerOf(echo), answerOf(other))).toBe("failed");
    expect(await verdicts(answerOf(echo), silence("http-status", { status: 503 }))).toBe("failed");
  });

  test("is broken, never passed, when it was not run", async () => {
    expect(await verdicts(answerOf(echo), silence("not-run"))).toBe("broken");
  });

  test("cannot be declared without a control", () => {
    expect(() => path("x", { from: client, to: echo, probe, expect: blocked(["refused"]) })).toThrow(/control/);
  });
});

test("a path that was stopped before its verdict is broken, whatever it had seen", async () => {
  const stop = new AbortController();
  let asked = 0;
  const [trial] = await converge(
    [path("each", { from: client, to: echo, probe, expect: answeredByEach([echo, other]) })],
    {
      settleMs: 10_000,
      holdPauseMs: 1,
      signal: stop.signal,
      ask(_, probes) {
        if (++asked === 4) stop.abort();
        return Promise.resolve(probes.map(() => answerOf(echo)));
      },
    },
  );
  if (!trial) throw new Error("no trial");
  expect(rule(trial, undefined)).toMatchObject({ verdict: "broken", reason: expect.stringContaining("stopped") });
});
