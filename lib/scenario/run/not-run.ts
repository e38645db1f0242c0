import type { Observation } from "../../probe/probe.ts";

/** An observation that was never made. */
export function notRun(detail: string): Observation {
  return { outcome: "not-run", startedAt: Date.now(), durationMs: 0, eventLoopDelayMs: 0, detail };
}
