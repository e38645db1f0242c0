import { describe, expect, test } from "vitest";
import { type Outcome, outcomes } from "../../probe/outcome.ts";
import type { DnsAnswer, Observation } from "../../probe/probe.ts";
import {
  alpha,
  answeredBy,
  answeredByAny,
  answeredByDeployment,
  answeredByEach,
  answeredByTheSame,
  blocked,
  type Expectation,
  reachesAmong,
  samplesToSeeAll,
  variables,
} from "./expect.ts";
import { absent, locates, pointsTo, resolvesTo } from "./expect-records.ts";
import { answerOf, silence, somePod } from "../fixture.ts";

const echo = somePod("echo");
const other = somePod("other");

const expectations: Record<string, { expectation: Expectation; keeps: Outcome[] }> = {
  answeredBy: { expectation: answeredBy(echo), keeps: ["answered"] },
  answeredByAny: { expectation: answeredByAny([echo, other]), keeps: ["answered"] },
  answeredByDeployment: { expectation: answeredByDeployment({ ...echo, name: "ec" }), keeps: [] },
  answeredByEach: { expectation: answeredByEach([echo, other]), keeps: ["answered"] },
  answeredByTheSame: { expectation: answeredByTheSame([echo, other]), keeps: ["answered"] },
  reachesAmong: { expectation: reachesAmong(echo, [echo, other]), keeps: ["answered"] },
  blocked: { expectation: blocked(["refused", "timeout"]), keeps: ["refused", "timeout"] },
  "absent name": { expectation: absent("no-such-name"), keeps: ["no-such-name"] },
  "absent record": { expectation: absent("no-data"), keeps: ["no-data"] },
  resolvesTo: { expectation: resolvesTo(() => ["10.1.0.1"]), keeps: [] },
  variables: { expectation: variables(() => ({ A: "1" })), keeps: [] },
};

describe.for(Object.entries(expectations))("%s", ([, { expectation, keeps }]) => {
  test.for(outcomes)("judges %s", (outcome) => {
    const observation = outcome === "answered" ? answerOf(echo) : silence(outcome);
    expect(expectation.judge(observation).kept).toBe(keeps.includes(outcome));
  });
});

describe("who answered", () => {
  test("an answer of another pod, or of the same pod's name in another cluster, does not count", () => {
    const judge = (observation: Observation) => answeredBy(echo).judge(observation).kept;
    expect(judge(answerOf(other))).toBe(false);
    expect(judge(answerOf(somePod("echo", "hurup")))).toBe(false);
    expect(judge({ ...silence("answered"), status: 200 })).toBe(false);
  });

  test("a rewritten client address breaks the promise where it must be kept", () => {
    const { judge } = answeredBy(echo, { clientAddress: "own" });
    const seen = (address: string) => judge({ ...answerOf(echo, address), localAddress: "10.0.0.9" });
    expect(seen("10.0.0.9").kept).toBe(true);
    expect(seen("172.19.0.3")).toEqual({
      kept: false,
      saw: "athens/worker/echo saw the client address 172.19.0.3 instead of 10.0.0.9",
    });
    expect(judge(answerOf(echo, "10.0.0.9")).kept).toBe(false);
  });

  test("from outside, an address that the cluster put in breaks the promise; a router's on the way does not", () => {
    const insiders = { nodeAddresses: ["172.19.0.3"], clients: [somePod("far-away")], echoes: [] };
    const { judge } = answeredBy(echo, { clientAddress: { notOf: insiders } });
    const seen = (address: string) => judge({ ...answerOf(echo, address), localAddress: "192.168.1.7" }).kept;
    expect(seen("192.168.1.7")).toBe(true);
    expect(seen("203.0.113.9")).toBe(true);
    expect(seen("172.19.0.3")).toBe(false);
    expect(seen("10.0.0.1")).toBe(false);
  });

  test("each: the missing backend is named", () => {
    const conclude = answeredByEach([echo, other]).conclude;
    expect(conclude?.([answerOf(echo), answerOf(echo)])).toEqual({
      kept: false,
      saw: "no answer from athens/worker/other in 2 answers",
    });
  });

  test("the same: two answerers are both named", () => {
    const conclude = answeredByTheSame([echo, other]).conclude;
    expect(conclude?.([answerOf(echo), answerOf(other)])).toMatchObject({ kept: false });
    expect(conclude?.([answerOf(echo), answerOf(echo)])).toEqual({ kept: true });
  });
});

describe("how often it asks", () => {
  test.for([2, 3, 5, 16])("an even choice among %s misses none with a probability of 1 - alpha", (count) => {
    const samples = samplesToSeeAll(count);
    const missOne = (tries: number) => count * (1 - 1 / count) ** tries;
    expect(missOne(samples)).toBeLessThanOrEqual(alpha);
    expect(missOne(samples - 1)).toBeGreaterThan(alpha);
  });
});

describe("records", () => {
  const answered = (...answers: [string, string][]): Observation => ({
    ...silence("answered"),
    answers: answers.map(([type, data]): DnsAnswer => ({ name: "x", type, data, ttlSeconds: 30 })),
  });

  test("addresses are compared as a set, and a stale or missing one breaks the promise", () => {
    const { judge } = resolvesTo(() => ["10.0.0.1", "10.0.0.2"]);
    expect(judge(answered(["A", "10.0.0.2"], ["A", "10.0.0.1"])).kept).toBe(true);
    expect(judge(answered(["CNAME", "y"], ["A", "10.0.0.2"], ["A", "10.0.0.1"])).kept).toBe(true);
    expect(judge(answered(["A", "10.0.0.1"])).kept).toBe(false);
    expect(judge(answered(["A", "10.0.0.1"], ["A", "10.0.0.2"], ["A", "10.0.0.3"])).kept).toBe(false);
  });

  test("SRV compares port and target, in any case and with or without the final dot", () => {
    const { judge } = locates(80, () => ["echo.ns.svc.cluster.local"]);
    expect(judge(answered(["SRV", "0 100 80 Echo.ns.svc.cluster.local."])).kept).toBe(true);
    expect(judge(answered(["SRV", "0 100 81 echo.ns.svc.cluster.local"])).kept).toBe(false);
    expect(judge(answered(["SRV", "0 100 80 other.ns.svc.cluster.local"])).kept).toBe(false);
  });

  test("PTR accepts the name among others", () => {
    const { judge } = pointsTo(() => "echo.ns.svc.cluster.local");
    expect(judge(answered(["PTR", "a.b"], ["PTR", "echo.ns.svc.cluster.local."])).kept).toBe(true);
    expect(judge(answered(["PTR", "a.b"])).kept).toBe(false);
  });
});

test("environment variables must have the value, or be absent", () => {
  const { judge } = variables(() => ({ A: "1", B: undefined }));
  const seen = (environment: Record<string, string>) => judge({ ...silence("answered"), environment });
  expect(seen({ A: "1", C: "3" })).toEqual({ kept: true });
  expect(seen({ A: "2" })).toEqual({ kept: false, saw: "A=2" });
  expect(seen({ A: "1", B: "x" })).toEqual({ kept: false, saw: "B=x" });
  expect(seen({})).toEqual({ kept: false, saw: "no A" });
});

test("a pod of a Deployment is known by its name, in its own namespace and cluster", () => {
  const { judge } = answeredByDeployment(somePod("echo"));
  expect(judge(answerOf(somePod("echo-5d8f-abcde"))).kept).toBe(true);
  expect(judge(answerOf(somePod("echo2-5d8f-abcde"))).kept).toBe(false);
  expect(judge(answerOf(somePod("echo-5d8f-abcde", "hurup"))).kept).toBe(false);
  expect(judge(answerOf({ ...somePod("echo-5d8f-abcde"), namespace: "x" })).kept).toBe(false);
});
