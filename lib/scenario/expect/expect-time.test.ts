import { expect, it } from "vitest";
import type { Pod } from "../place.ts";
import type { Sighting } from "../question.ts";
import { roundTripWithin } from "./expect-time.ts";

const pod = { kind: "pod", cluster: "kind-b", node: "worker", name: "echo", uid: "u1" } as Pod;
const promise = roundTripWithin(pod, 250);

const nobody = {
  nonce: "n",
  namespace: "meshgate",
  node: "worker",
  pod: "echo",
  clientAddress: "10.0.1.2",
  clientPort: 1,
};

const answer = (connectMs?: number): Sighting => ({
  outcome: "answered",
  startedAt: 0,
  durationMs: 1000,
  eventLoopDelayMs: 0,
  identity: { ...nobody, cluster: "kind-b", uid: "u1" },
  ...(connectMs === undefined ? {} : { connectMs }),
});

it("is kept when the shortest answer is short enough, however long the others took", () => {
  const seen = [answer(900), answer(250), answer(2000)];
  expect(promise.conclude?.(seen)).toEqual({ kept: true });
  expect(promise.enough?.(seen)).toBe(true);
  expect(promise.enough?.([answer(251)])).toBe(false);
});

it("is broken when none is, and says how long the shortest took", () => {
  expect(promise.conclude?.([answer(306.4), answer(307)])).toEqual({
    kept: false,
    saw: "306 ms there and back, the shortest of 2",
  });
  expect(promise.conclude?.([answer()])).toEqual({ kept: false, saw: "answers, without the time that they took" });
});

it("does not count the time that the asker was held up", () => {
  expect(promise.conclude?.([{ ...answer(400), eventLoopDelayMs: 200 }])).toEqual({ kept: true });
});

it("is broken by whoever else answers, and by nobody", () => {
  const other: Sighting = {
    ...answer(1),
    identity: { ...answer().identity, uid: "u2" } as Sighting["identity"] & object,
  };
  expect(promise.judge(other).kept).toBe(false);
  expect(promise.judge({ outcome: "timeout", startedAt: 0, durationMs: 5000, eventLoopDelayMs: 0 }).kept).toBe(false);
  expect(promise.judge(answer(900)).kept).toBe(true);
});
