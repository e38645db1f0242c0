import type { Pod } from "../place.ts";
import type { Sighting } from "../question.ts";
import { answeredBy, broken, type Expectation, kept } from "./expect.ts";

/** Asked so often until one answer is in time. */
const longTries = 12;

/**
 * Promises an answer by exactly this pod, and that a packet and its answer take no longer than the limit: the shortest of several, without the time
 * that the asker itself was held up, for whatever is busy can only be late. Asked over TCP, where that is what it takes to connect.
 */
export function roundTripWithin(pod: Pod, limitMs: number): Expectation {
  const answered = answeredBy(pod);
  return {
    get text() {
      return `${answered.text} after at most ${limitMs} ms there and back`;
    },
    denial: false,
    samples: longTries,
    answerers: [pod],
    judge: (observation) => answered.judge(observation),
    conclude(observations) {
      const shortestMs = Math.min(...observations.map(onTheWayMs));
      if (shortestMs <= limitMs) return kept;
      if (!Number.isFinite(shortestMs)) return broken("answers, without the time that they took");
      return broken(`${Math.round(shortestMs)} ms there and back, the shortest of ${observations.length}`);
    },
    enough: (observations) => observations.some((observation) => onTheWayMs(observation) <= limitMs),
  };
}

function onTheWayMs({ connectMs = Infinity, eventLoopDelayMs }: Sighting): number {
  return connectMs - eventLoopDelayMs;
}
