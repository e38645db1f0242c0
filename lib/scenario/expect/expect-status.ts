import { broken, defaultSamples, type Expectation, sawText } from "./expect.ts";

/** Promises an answer over HTTP with this status, by whoever answers there; `meaning` says what that status tells. */
export function hasStatus(status: number, meaning: string): Expectation {
  return {
    text: `status ${status}: ${meaning}`,
    denial: false,
    samples: defaultSamples,
    judge: (sighting) =>
      sighting.status === status ? { kept: true, saw: `status ${status}` } : broken(sawText(sighting)),
  };
}
