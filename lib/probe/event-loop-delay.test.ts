import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { watchEventLoop } from "./event-loop-delay.ts";

const resolutionMs = 11;

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it("a delay is seen by those who watched during it, and by no one else", async () => {
  const through = watchEventLoop();
  const before = watchEventLoop();
  const seenBefore = before.worstMs();
  before.stop();
  block(150);
  const after = watchEventLoop();
  expect(after.worstMs()).toBeLessThan(150 - resolutionMs);
  await sleep(1);
  expect(through.worstMs()).toBeGreaterThanOrEqual(150 - resolutionMs);
  expect(seenBefore).toBeLessThan(150 - resolutionMs);
  through.stop();
  after.stop();
});

it("a delay that is still going on counts already", () => {
  const watch = watchEventLoop();
  block(60);
  expect(watch.worstMs()).toBeGreaterThanOrEqual(60 - resolutionMs);
  watch.stop();
});

it("reset forgets what was before", async () => {
  const watch = watchEventLoop();
  block(200);
  await sleep(1);
  watch.reset();
  expect(watch.worstMs()).toBeLessThan(200 - resolutionMs);
  watch.stop();
});
