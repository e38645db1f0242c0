import { askProbe } from "../ask-probe.ts";
import { notRun } from "../not-run.ts";
import type { Observation, Probe } from "../probe.ts";

export interface QueuedProbe {
  id: number;
  probe: Probe;
}

/** Probes that wait and probes in flight. */
export interface ProbeQueue {
  /** Adds to what waits; the limit holds for everything from now on. */
  add(probes: QueuedProbe[], concurrency: number): void;
  /** Answers these, or all, with `not-run`. */
  cancel(ids?: number[]): void;
  /** Starts what may start; to be called when `mayStart` turns true. */
  resume(): void;
}

/** Makes a queue that reports each probe exactly once. While `mayStart` is false nothing new begins. */
export function createProbeQueue(
  report: (id: number, observation: Observation) => void,
  mayStart: () => boolean,
): ProbeQueue {
  const waiting = new Map<number, Probe>();
  const inFlight = new Map<number, AbortController>();
  let limit = 1;

  const start = (id: number, probe: Probe) => {
    const controller = new AbortController();
    inFlight.set(id, controller);
    const unreadable = () => notRun("a probe that cannot be read");
    void askProbe(probe, { signal: controller.signal })
      .catch(unreadable)
      .then((observation) => {
        inFlight.delete(id);
        report(id, observation);
        resume();
      });
  };

  const resume = () => {
    for (const [id, probe] of waiting) {
      if (inFlight.size >= limit || !mayStart()) return;
      waiting.delete(id);
      start(id, probe);
    }
  };

  return {
    add: (probes, concurrency) => {
      limit = Math.max(1, Math.floor(concurrency) || 1);
      for (const { id, probe } of probes) waiting.set(id, probe);
      resume();
    },
    cancel: (ids) => {
      for (const id of ids ?? [...waiting.keys(), ...inFlight.keys()]) {
        if (waiting.delete(id)) report(id, notRun("cancelled"));
        inFlight.get(id)?.abort();
      }
    },
    resume,
  };
}
