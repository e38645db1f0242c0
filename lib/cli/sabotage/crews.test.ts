import { expect, test } from "vitest";
import { type Crew, crewOf, dealJobs, type Job } from "./crews.ts";

const two: Crew = { topology: "two-regions", alone: false };
const three: Crew = { topology: "three-regions", alone: false };

function job(crew: Crew, fault: string, estimateMs: number): Job {
  return { crew, order: { fault }, names: [], estimateMs };
}

test("faults that sessions do not survive, or that come before them, are tried apart", () => {
  expect(crewOf({ topology: "dual-stack", when: "before-deployment" })).toEqual({
    topology: "dual-stack",
    alone: true,
  });
  expect(crewOf({ topology: "dual-stack", verdict: "broken" })).toEqual({ topology: "dual-stack", alone: true });
  expect(crewOf({ topology: "dual-stack", when: { afterMs: 1 } })).toEqual({ topology: "dual-stack", alone: false });
});

test("each crew gets a lab, and then whoever has so much to do that another one saves time", () => {
  const many = Array.from({ length: 40 }, (_, index) => job(two, `f${index}`, 10_000));
  const dealt = dealJobs([job(three, "g", 5_000), ...many]);
  expect([dealt.start(), dealt.start(), dealt.start(), dealt.start(), dealt.start()]).toEqual([
    two,
    three,
    two,
    two,
    two,
  ]);
  expect(dealt.start()).toBeUndefined();
});

test("the longest job comes first, and each once", () => {
  const dealt = dealJobs([job(two, "short", 1), job(two, "long", 3), job(two, "middle", 2)]);
  const taken = [1, 2, 3, 4].map(() => dealt.take(two)?.order);
  expect(taken).toEqual([{ fault: "long" }, { fault: "middle" }, { fault: "short" }, undefined]);
});

test("what is left when a lab ended early gets another one", () => {
  const dealt = dealJobs([job(two, "one", 1), job(two, "other", 1)]);
  dealt.start();
  dealt.take(two);
  expect(dealt.start()).toBeUndefined();
  dealt.ended(two);
  expect(dealt.start()).toEqual(two);
});
