import { expect, it } from "vitest";
import { createPodLoop } from "./pod-loop.ts";

it("runs once for pokes that come together, and again for one that comes during a run", async () => {
  let runs = 0;
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const loop = createPodLoop(
    async () => {
      runs += 1;
      if (runs === 2) return second.resolve();
      entered.resolve();
      await leave.promise;
    },
    () => {},
  );
  loop.poke();
  loop.poke();
  expect(runs).toBe(0);
  await entered.promise;
  loop.poke();
  loop.poke();
  expect(runs).toBe(1);
  leave.resolve();
  await second.promise;
  expect(runs).toBe(2);
  loop.end();
});

it("wakes at the earliest moment that was asked for", async () => {
  const woken = Promise.withResolvers<number>();
  const loop = createPodLoop(
    () => Promise.resolve(woken.resolve(Date.now())),
    () => {},
  );
  const now = Date.now();
  loop.wakeAt(now + 3_600_000);
  loop.wakeAt(now + 20);
  loop.wakeAt(now + 7_200_000);
  expect(await woken.promise).toBeGreaterThanOrEqual(now + 19);
  loop.end();
});

it("tells a failure and runs again", async () => {
  const done = Promise.withResolvers<void>();
  const told: unknown[] = [];
  let runs = 0;
  const loop = createPodLoop(
    () => {
      runs += 1;
      if (runs === 1) return Promise.reject(new Error("no room"));
      return Promise.resolve(done.resolve());
    },
    (error) => told.push(error),
  );
  loop.poke();
  await done.promise;
  expect(told).toEqual([new Error("no room")]);
  loop.end();
});
