import type { Observation, Probe } from "../probe.ts";
import { createProbeQueue } from "./probe-queue.ts";

/** What `rate` prints, as one JSON line. */
export interface RateReport {
  count: number;
  /** How many were not answered. */
  failed: number;
  durationMs: number;
}

/**
 * Asks the same HTTP question `count` times as fast as the agent can, after a warm-up, and prints what that took: what the agent is able to do with
 * nobody reading along.
 */
export function rate([host = "", port = "0", count = "0", concurrency = "1"]: string[]): void {
  const probe: Probe = { kind: "http", host, port: Number(port), timeoutMs: 5_000 };
  const total = Math.max(1, Math.floor(Number(count)) || 1);
  const warmUp = Math.ceil(total / 4);
  let done = -warmUp;
  let failed = 0;
  let startedMs = performance.now();
  const report = (_: number, { outcome }: Observation) => {
    done += 1;
    if (done === 0) startedMs = performance.now();
    if (outcome !== "answered") failed += 1;
    if (done < total) return;
    const result: RateReport = { count: total, failed, durationMs: performance.now() - startedMs };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  };
  const queue = createProbeQueue(report, () => true);
  queue.add(
    Array.from({ length: warmUp + total }, (_, id) => ({ id, probe })),
    Number(concurrency),
  );
}
