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

it("is neither where the asker was held up for so long that nobody can tell", () => {
  const heldUp = (connectMs: number, eventLoopDelayMs: number) => ({ ...answer(connectMs), eventLoopDelayMs });
  const doubt = "the asking agent was held up itself, for 200 ms while it waited 400 ms";
  expect(promise.conclude?.([heldUp(400, 200)])).toEqual({ kept: false, saw: "400 ms, the shortest of 1", doubt });
  expect(promise.conclude?.([heldUp(400, 200), heldUp(700, 10)])).toMatchObject({ doubt });
  expect(promise.enough?.([heldUp(400, 200)])).toBe(false);
  expect(promise.conclude?.([heldUp(400, 200), answer(250)])).toEqual({ kept: true });
  // Even without all of the delay it would be too long.
  expect(promise.conclude?.([heldUp(600, 200)])).toEqual({
    kept: false,
    saw: "600 ms there and back, the shortest of 1",
  });
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
