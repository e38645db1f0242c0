import type { Fault, Step } from "../../lab/sabotage/fault.ts";
import { crewOf } from "./crews.ts";

/**
 * Chooses random pairs of faults that can be in place together: of one topology, in a session that serves all, with a cause to name each,
 * and that neither change the same thing nor are the same thing. The same seed gives the same pairs; none comes twice, so that there may be fewer.
 */
export function choosePairs(faults: Fault[], count: number, seed: number): [Fault, Fault][] {
  const able = faults.filter((fault) => !crewOf(fault).alone && fault.causes.length > 0);
  const pairs = able.flatMap((one, index) =>
    able.slice(index + 1).flatMap((other): [Fault, Fault][] => (canMeet(one, other) ? [[one, other]] : [])),
  );
  const random = randomFrom(seed);
  return pairs
    .map((pair) => ({ pair, key: random() }))
    .toSorted((left, right) => left.key - right.key)
    .slice(0, count)
    .map(({ pair }) => pair);
}

function canMeet(one: Fault, other: Fault): boolean {
  if (one.topology !== other.topology) return false;
  const targets = new Set(one.steps.flatMap(targetsOf));
  if (other.steps.flatMap(targetsOf).some((target) => targets.has(target))) return false;
  return !one.causes.some((cause) => other.causes.includes(cause));
}

/** What a step changes, such that two steps that change the same get in each other's way. */
function targetsOf(step: Step): string[] {
  switch (step.kind) {
    case "node":
      return [`node ${step.node}`];
    case "view":
      return [`view ${step.cluster} ${step.view.split(".")[0]}`];
    case "object":
      return [`object ${step.cluster} ${step.resource} ${step.namespace} ${step.name}`];
    case "pod":
      return [`pod ${step.cluster} ${step.role} ${step.node}`];
  }
}

/**
 * Numbers from 0 to 1, the same for the same seed.
 *
 * @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c: mulberry32
 */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
