import { broken, defaultSamples, type Expectation, kept, sawText } from "./expect.ts";

/** Promises an answer over HTTP with this status, by whoever answers there; `meaning` says what that status tells. */
export function hasStatus(status: number, meaning: string): Expectation {
  return {
    text: `status ${status}: ${meaning}`,
    denial: false,
    samples: defaultSamples,
    judge: (sighting) => (sighting.status === status ? kept : broken(sawText(sighting))),
  };
}
