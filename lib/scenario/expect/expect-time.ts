import type { Pod } from "../place.ts";
import { answeredBy, broken, type Expectation, kept } from "./expect.ts";

/** Asked so often until one answer is in time. */
const longTries = 12;

/**
 * Promises an answer by exactly this pod, and that a packet and its answer take no longer than the limit: the shortest of several, for whatever is
 * busy can only be late. Asked over TCP, where that is what it takes to connect. Where the asker itself was held up for as long as would make the
 * difference, nobody can tell: the delay may lie before the answer, or after it.
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
      const shortestMs = Math.min(...observations.map(({ connectMs = Infinity }) => connectMs));
      if (shortestMs <= limitMs) return kept;
      if (!Number.isFinite(shortestMs)) return broken("answers, without the time that they took");
      const saw = `${Math.round(shortestMs)} ms`;
      const last = observations.length;
      const doubtful = observations.find(
        ({ connectMs = Infinity, eventLoopDelayMs }) => connectMs - eventLoopDelayMs <= limitMs,
      );
      if (!doubtful) return broken(`${saw} there and back, the shortest of ${last}`);
      const [delay, waited] = [doubtful.eventLoopDelayMs, doubtful.connectMs ?? 0].map(Math.round);
      return {
        ...broken(`${saw}, the shortest of ${last}`),
        doubt: `the asking agent was held up itself, for ${delay} ms while it waited ${waited} ms`,
      };
    },
    enough: (observations) => observations.some(({ connectMs = Infinity }) => connectMs <= limitMs),
  };
}
