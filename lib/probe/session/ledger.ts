import { notRun } from "../not-run.ts";
import type { Observation } from "../probe.ts";

/** The probes of one stream that have no answer yet. */
export interface Ledger {
  /** Returns the id under which the probe is asked. Ids only grow; the agent starts probes in their order. */
  enter(timeoutMs: number, settle: (observation: Observation) => void): number;
  /** Settles a probe; one that is not in the ledger is ignored. */
  settle(id: number, observation: Observation): void;
  /** Settles these, or all, with `not-run`. */
  drop(reason: string, ids?: Iterable<number>): void;
  /** Lists the probes whose answer must have been lost: it is later than their time limit and `graceMs` allow. */
  overdue(now: number, graceMs: number): number[];
}

interface Entry {
  timeoutMs: number;
  settle: (observation: Observation) => void;
  /** When it was first known to have been started. */
  startedBy?: number;
}

/** Makes an empty ledger. */
export function createLedger(clock: () => number = () => performance.now()): Ledger {
  const entries = new Map<number, Entry>();
  let lastId = 0;
  let answeredId = 0;
  let progressAt = clock();

  const settle = (id: number, observation: Observation) => {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    entry.settle(observation);
  };

  return {
    enter: (timeoutMs, onSettled) => {
      if (entries.size === 0) progressAt = clock();
      entries.set(++lastId, { timeoutMs, settle: onSettled });
      return lastId;
    },
    settle: (id, observation) => {
      progressAt = clock();
      if (entries.has(id)) answeredId = Math.max(answeredId, id);
      settle(id, observation);
    },
    drop: (reason, ids) => {
      for (const id of ids ?? [...entries.keys()]) settle(id, notRun(reason));
    },
    overdue: (now, graceMs) => {
      const longest = Math.max(0, ...[...entries.values()].map((entry) => entry.timeoutMs));
      const stalled = now - progressAt > longest + graceMs;
      return [...entries].flatMap(([id, entry]) => {
        // A later one was answered, so this one was started before.
        if (id < answeredId) entry.startedBy ??= now;
        const late = entry.startedBy !== undefined && now - entry.startedBy > entry.timeoutMs + graceMs;
        return stalled || late ? [id] : [];
      });
    },
  };
}
