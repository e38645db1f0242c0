import { describe, expect, test } from "vitest";
import { answeredBy, answeredByEach, blocked } from "../expect/expect.ts";
import { resolvesTo } from "../expect/expect-records.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import { type Path, path } from "../path.ts";
import type { Service } from "../place.ts";
import type { Question, Sighting } from "../question.ts";
import type { Attempt, Trial } from "./converge.ts";
import { excuse } from "./excuse.ts";
import type { Incident } from "./incident.ts";
import { rule } from "./verdict.ts";

const client = somePod("client");
const echo = somePod("echo");
const other = somePod("other");
const tcp: Question = { kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 5000 };
const udp: Question = { kind: "udp", host: "10.0.0.1", port: 1, timeoutMs: 5000 };
const dns: Question = { kind: "dns", transport: "udp", name: "echo", type: "A", timeoutMs: 5000 };
const service = { kind: "service", cluster: "athens", name: "echo", namespace: "run" } as Service;
const toEcho = path("x", { from: client, to: echo, probe: () => tcp, expect: answeredBy(echo) });
const toService = path("x", { from: client, to: service, probe: () => tcp, expect: answeredByEach([echo, other]) });

const timedOut = (startedAt: number, extra: Partial<Sighting> = {}) =>
  silence("timeout", { startedAt, durationMs: 5000, ...extra });
const connected = { connectMs: 1 };

function trialOf(asked: Path, probe: Question, seen: Sighting[]): Trial {
  const attempts = seen.map((observation): Attempt => ({
    probe,
    observation,
    judgement: asked.expect.judge(observation),
  }));
  return { path: asked, attempts, convergedAt: 0, startedMs: 0, endedMs: 0 };
}

async function verdictOf(trial: Trial, incidents: Record<string, Incident[]>, aheadMs = 0): Promise<string> {
  await excuse(trial, {
    witness: {
      incidentsOf: ({ name }) => Promise.resolve(incidents[name] ?? []),
      incidentsIn: () => incidents["any"] ?? [],
      clockAheadMs: () => aheadMs,
    },
    tellingMs: 0,
    signal: new AbortController().signal,
  });
  const { verdict, reason } = rule(trial, trialOf(toEcho, tcp, [answerOf(echo)]));
  return reason === undefined ? verdict : `${verdict}: ${reason}`;
}

const gone = (fromMs: number, toMs = Infinity): Incident => ({ kind: "gone", fromMs, toMs, says: "it is gone" });
const stalled = (fromMs: number, toMs: number): Incident => ({ kind: "stalled", fromMs, toMs, says: "it was stalled" });
const overflowing = (fromMs: number, toMs: number): Incident => ({
  kind: "overflowing",
  fromMs,
  toMs,
  says: "it was full",
});

describe("a pod that was replaced", () => {
  test("excuses what was asked of it from then on, and nothing before", async () => {
    const asked = (...at: number[]) =>
      trialOf(
        toEcho,
        tcp,
        at.map((startedAt) => timedOut(startedAt)),
      );
    expect(await verdictOf(asked(20_000), { echo: [gone(21_000)] })).toBe("broken: it is gone");
    expect(await verdictOf(asked(20_000), { client: [gone(21_000)] })).toBe("broken: it is gone");
    expect(await verdictOf(asked(10_000, 20_000), { echo: [gone(21_000)] })).toBe("failed");
    expect(await verdictOf(asked(20_000), { echo: [gone(10_000, 15_000)] })).toBe("failed");
    expect(await verdictOf(asked(20_000), { other: [gone(0)] })).toBe("failed");
  });

  test("excuses others that answer in its place, and records that changed with it", async () => {
    expect(await verdictOf(trialOf(toEcho, tcp, [answerOf(other)]), { echo: [gone(0)] })).toBe("broken: it is gone");
    const records = path("x", { from: client, to: service, probe: () => dns, expect: resolvesTo(() => ["10.0.0.1"]) });
    expect(await verdictOf(trialOf(records, dns, [silence("answered")]), { any: [gone(0)] })).toBe(
      "broken: it is gone",
    );
    expect(await verdictOf(trialOf(records, dns, [timedOut(0)]), { any: [gone(0)] })).toBe("failed");
  });

  test("excuses that it was never seen behind a Service", async () => {
    const conclusion = { kept: false, saw: "no answer from other" } as const;
    const never = () => ({ ...trialOf(toService, tcp, [answerOf(echo)]), conclusion });
    expect(await verdictOf(never(), { other: [gone(-1)] })).toBe("broken: it is gone");
    expect(await verdictOf(never(), { other: [gone(10_000)] })).toBe("failed");
  });

  test("excuses that it was never seen behind a Service when it stood still for so long that it was taken for not ready", async () => {
    const conclusion = { kept: false, saw: "no answer from other" } as const;
    const never = () => ({
      ...trialOf(toService, tcp, [{ ...answerOf(echo), startedAt: 20_000, durationMs: 10 }]),
      conclusion,
    });
    expect(await verdictOf(never(), { other: [stalled(8_000, 30_000)] })).toBe("broken: it was stalled");
    expect(await verdictOf(never(), { other: [stalled(8_000, 19_000)] })).toBe("broken: it was stalled");
    expect(await verdictOf(never(), { other: [stalled(17_000, 21_000)] })).toBe("failed");
    expect(await verdictOf(never(), { other: [stalled(0, 12_000)] })).toBe("failed");
    expect(await verdictOf(never(), { other: [stalled(21_000, 40_000)] })).toBe("failed");
  });
});

describe("a pod that says that it was stalled", () => {
  test("excuses a time-out that it covers, of a connection that the kernel took", async () => {
    const asked = () => trialOf(toEcho, tcp, [timedOut(20_000, connected)]);
    expect(await verdictOf(asked(), { echo: [stalled(19_000, 26_000)] })).toBe("broken: it was stalled");
    expect(await verdictOf(asked(), { echo: [stalled(20_500, 24_600)] })).toBe("broken: it was stalled");
  });

  test("excuses no time-out that it does not cover, nor one without a connection, nor any other failure", async () => {
    const at = (extra: Partial<Sighting>) => trialOf(toEcho, tcp, [timedOut(20_000, extra)]);
    expect(await verdictOf(at(connected), { echo: [stalled(21_500, 26_000)] })).toBe("failed");
    expect(await verdictOf(at(connected), { echo: [stalled(10_000, 20_000)] })).toBe("failed");
    expect(await verdictOf(at({}), { echo: [stalled(0, 99_000)] })).toBe("failed");
    const refused = trialOf(toEcho, tcp, [silence("refused", { startedAt: 20_000 })]);
    expect(await verdictOf(refused, { echo: [stalled(0, 99_000)] })).toBe("failed");
  });

  test("is compared by one clock", async () => {
    const asked = () => trialOf(toEcho, tcp, [timedOut(80_000, connected)]);
    expect(await verdictOf(asked(), { echo: [stalled(19_000, 26_000)] }, 60_000)).toBe("broken: it was stalled");
    expect(await verdictOf(asked(), { echo: [stalled(19_000, 26_000)] })).toBe("failed");
  });

  test("excuses none of its failures when others are left", async () => {
    const mixed = trialOf(toEcho, udp, [timedOut(20_000), timedOut(30_000)]);
    expect(await verdictOf(mixed, { echo: [stalled(19_000, 26_000)] })).toBe("failed");
  });

  test("denies nobody by it", async () => {
    const denied = path("x", {
      from: client,
      to: echo,
      probe: () => tcp,
      expect: blocked(["timeout"]),
      control: toEcho,
    });
    const silent = () =>
      trialOf(
        denied,
        tcp,
        [0, 10_000, 20_000, 30_000].map((at) => timedOut(at, connected)),
      );
    expect(await verdictOf(silent(), { echo: [stalled(0, 5_000)] })).toBe("passed");
    expect(await verdictOf(silent(), { echo: [stalled(0, 99_000)] })).toBe(
      "broken: the silence proves nothing: it was stalled",
    );
  });
});

test("a full receive buffer excuses datagrams that were sent just then, and nothing else", async () => {
  const asked = (probe: Question) => trialOf(toEcho, probe, [timedOut(20_000, connected)]);
  expect(await verdictOf(asked(udp), { echo: [overflowing(19_900, 20_150)] })).toBe("broken: it was full");
  expect(await verdictOf(asked(udp), { echo: [overflowing(21_000, 21_250)] })).toBe("failed");
  expect(await verdictOf(asked(tcp), { echo: [overflowing(19_900, 20_150)] })).toBe("failed");
});
