import type { Observation } from "./probe.ts";

/** Makes the observation of a probe that was never asked or whose answer was lost; `detail` says why. */
export function notRun(detail: string): Observation {
  return { outcome: "not-run", startedAt: Date.now(), durationMs: 0, detail, eventLoopDelayMs: 0 };
}
