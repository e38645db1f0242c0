import { describe, expect, test } from "vitest";
import { answeredBy, blocked } from "../expect/expect.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import type { Hands } from "../hands.ts";
import { path } from "../path.ts";
import { plan } from "./plan.ts";
import type { Act, Scenario } from "../scenario.ts";
import { defaultSettings } from "../settings.ts";
import { createStage } from "./stage.ts";
import { type LiveFacts, namespacesOf, viewCluster } from "../world.ts";

const live: LiveFacts = {
  namespaces: namespacesOf("r"),
  pods: new Map(),
  services: new Map(),
  domains: new Map(),
  takenNodePorts: new Map(),
  takenAway: new Set(),
};
const clusters = [viewCluster("athens", [], [], live)];
const world = {
  outsideOf: () => undefined,
  ingressesOf: () => [],
  vantageOf: () => undefined,
  settings: defaultSettings,
  clusters,
  allClusters: clusters,
};
const client = somePod("client");
const echo = somePod("echo");
const far = somePod("far", "hurup");
const probe = () => ({ kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 1000 }) as const;
const hands = {} as Hands;

function scenarioOf(acts: Act[]): Scenario {
  return { name: "x/y", claim: "", spec: "", covers: [], needs: [], deploy: [], acts: () => acts };
}

function stageOf(
  acts: Act[],
  answers: () => ReturnType<typeof answerOf>,
  {
    replaced,
    settleMs = 50,
    signal = new AbortController().signal,
  }: { replaced?: string; settleMs?: number; signal?: AbortSignal } = {},
) {
  const planned = plan([scenarioOf(acts)], world, new Map([["athens", {} as never]]));
  const stage = createStage(planned, {
    ask: (_, probes) => Promise.resolve(probes.map(answers)),
    hands,
    witness: {
      incidentsOf: () => Promise.resolve(replaced === undefined ? [] : [{ ...always, kind: "gone", says: replaced }]),
      incidentsIn: () => [],
      clockAheadMs: () => 0,
    },
    tellingMs: 0,
    settleMs,
    holdPauseMs: 1,
    signal,
  });
  return { groups: planned.groups, run: () => Promise.all(planned.groups.map(stage.run)) };
}

const always = { fromMs: -Infinity, toMs: Infinity };
const reach = path("tcp", { from: client, to: echo, probe, expect: answeredBy(echo) });
const reachFar = path("tcp", { from: far, to: echo, probe, expect: answeredBy(echo) });

test("an act begins when all pairs of the one before it have their verdicts, and changes things once", async () => {
  const log: string[] = [];
  const change = (name: string) => () => Promise.resolve(void log.push(name));
  const acts = [
    { name: "first", change: change("first"), paths: [reach, reachFar] },
    { name: "second", change: change("second"), paths: [{ ...reach }, { ...reachFar }] },
  ];
  const { run } = stageOf(acts, () => {
    log.push("asked");
    return answerOf(echo);
  });
  const results = await run();
  expect(results.flat().map(({ verdict }) => verdict)).toEqual(["passed", "passed", "passed", "passed"]);
  expect(log.filter((entry) => entry !== "asked")).toEqual(["first", "second"]);
  expect(log.indexOf("second")).toBe(1 + 2 * 8);
});

test("what fails at first is looked at twice as long, but not after a change: there it had to change", async () => {
  const attempts = async (act: Omit<Act, "name" | "paths">) => {
    let asked = 0;
    const acts = [{ name: "", ...act, paths: [{ ...reach }] }];
    const { run } = stageOf(acts, () => (++asked === 1 ? silence("timeout") : answerOf(echo)), { settleMs: 5_000 });
    return (await run()).flat()[0]?.attempts.total;
  };
  expect(await attempts({})).toBe(1 + 3 + 10);
  expect(await attempts({ change: () => Promise.resolve() })).toBe(1 + 3 + 5);
});

test("a change that cannot be made makes its paths broken, and the next act still runs", async () => {
  const acts: Act[] = [
    { name: "first", change: () => Promise.reject(new Error("quota")), paths: [reach] },
    { name: "second", paths: [{ ...reach }] },
  ];
  const results = (await stageOf(acts, () => answerOf(echo)).run()).flat();
  expect(results.map(({ verdict }) => verdict)).toEqual(["broken", "passed"]);
  expect(results[0]?.reason).toBe('the change "first" could not be made: quota');
});

describe("a path asked during a change", () => {
  const during = { ...reach, during: true as const };
  const acts = (): Act[] => [
    { name: "", change: () => new Promise((resolve) => setTimeout(resolve, 50)), paths: [during] },
  ];

  test("passes when all answers are good, and says how many and how long the longest gap was", async () => {
    const [good] = (await stageOf(acts(), () => answerOf(echo)).run()).flat();
    expect(good).toMatchObject({ verdict: "passed", timings: { longestGapMs: expect.any(Number) } });
    expect(good?.saw).toMatch(/^\d+ requests, none failed, longest gap \d+ ms$/);
    expect(good?.timings.convergedMs).toBeUndefined();
  });

  test("fails on one bad answer, and says when it came", async () => {
    let asked = 0;
    const answers = () => ({ ...(++asked === 3 ? silence("refused") : answerOf(echo)), startedAt: asked * 1000 });
    const [bad] = (await stageOf(acts(), answers).run()).flat();
    expect(bad).toMatchObject({ verdict: "failed", flap: true, outcome: "refused" });
    expect(bad?.saw).toMatch(/^refused 2\.0 s after the change began; \d+ requests, 1 failed, longest gap 2000 ms$/);
  });

  test("may be without an answer for as long as it is told, and is asked until it has one again", async () => {
    let asked = 0;
    const answers = () => {
      asked += 1;
      return { ...(asked > 2 && asked < 80 ? silence("refused") : answerOf(echo)), startedAt: asked * 100 };
    };
    const within = (gapLimitMs: number) => {
      asked = 0;
      return stageOf([{ ...acts()[0]!, paths: [{ ...during, gapLimitMs }] }], answers).run();
    };
    const [passed] = (await within(10_000)).flat();
    expect(passed).toMatchObject({ verdict: "passed", timings: { longestGapMs: 7_800 } });
    const [failing] = (await within(2_000)).flat();
    expect(failing).toMatchObject({ verdict: "failed", outcome: "refused" });
  });

  test("is broken where the asker's own stall may have made the failures, but not when another one is beyond that", async () => {
    let asked = 0;
    const stall = silence("timeout", { eventLoopDelayMs: 900 });
    const stalled = (await stageOf(acts(), () => (++asked === 2 ? stall : answerOf(echo))).run()).flat();
    expect(stalled).toMatchObject([{ verdict: "broken" }]);
    asked = 0;
    const answers = () => [answerOf(echo), stall, silence("refused")][asked++] ?? answerOf(echo);
    expect((await stageOf(acts(), answers).run()).flat()).toMatchObject([{ verdict: "failed", outcome: "refused" }]);
  });

  test("is broken when the run was stopped meanwhile", async () => {
    const stop = new AbortController();
    const answers = () => {
      stop.abort();
      return answerOf(echo);
    };
    const stopped = (await stageOf(acts(), answers, { signal: stop.signal }).run()).flat();
    expect(stopped).toMatchObject([
      { verdict: "broken", reason: "the run was stopped before this path had its verdict" },
    ]);
  });
});

test("a denial's control may be a path of an earlier act", async () => {
  const denial = path("denied", { from: client, to: echo, probe, expect: blocked(["timeout"]), control: reach });
  let denied = false;
  const acts: Act[] = [
    { name: "before", paths: [reach] },
    { name: "after", change: () => Promise.resolve(void (denied = true)), paths: [denial] },
  ];
  const results = await stageOf(acts, () => (denied ? silence("timeout") : answerOf(echo))).run();
  expect(results.flat().map(({ verdict }) => verdict)).toEqual(["passed", "passed"]);
});

test("a failure whose pod was replaced meanwhile is broken; success needs no excuse", async () => {
  const acts = (): Act[] => [{ name: "", paths: [{ ...reach }] }];
  const failing = await stageOf(acts(), () => silence("timeout"), { replaced: "the pod echo-1 is gone" }).run();
  expect(failing.flat()).toMatchObject([{ verdict: "broken", reason: "the pod echo-1 is gone" }]);
  const passing = await stageOf(acts(), () => answerOf(echo), { replaced: "the pod echo-1 is gone" }).run();
  expect(passing.flat()).toMatchObject([{ verdict: "passed" }]);
});
