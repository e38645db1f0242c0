import { notRun } from "../not-run.ts";
import type { Observation, Probe } from "../probe.ts";
import type { Request } from "../protocol.ts";
import type { Ledger } from "./ledger.ts";

/** What asking needs of a stream. */
export interface Line {
  readonly ledger: Ledger;
  send(request: Request): void;
  /** Why nothing can be asked any more; undefined while it can. */
  endedBy(): string | undefined;
}

/** Probes that wait at the agent beyond those in flight, so that it never runs dry while the next slice is on its way. */
const reserve = 256;

/**
 * Sends the probes in slices, so that neither side's buffers fill, and resolves with their observations in the same order.
 * Never rejects.
 */
export function askInSlices(
  line: Line,
  probes: Probe[],
  { concurrency, signal }: { concurrency: number; signal?: AbortSignal },
): Promise<Observation[]> {
  if (probes.length === 0) return Promise.resolve([]);
  const limit = Math.max(1, Math.floor(concurrency) || 1);
  const observations = Array.from<Observation>({ length: probes.length });
  const asked = new Set<number>();
  let next = 0;
  let answered = 0;

  return new Promise((resolve) => {
    const place = (index: number, observation: Observation) => {
      observations[index] = observation;
      answered += 1;
      if (answered < probes.length) return;
      signal?.removeEventListener("abort", cancel);
      resolve(observations);
    };
    const giveUp = (reason: string) => {
      while (next < probes.length) place(next++, notRun(reason));
    };
    const enter = (index: number, probe: Probe) => {
      const id = line.ledger.enter(probe.timeoutMs, (observation) => {
        asked.delete(id);
        place(index, observation);
        fill();
      });
      asked.add(id);
      return { id, probe };
    };
    const fill = () => {
      const reason = signal?.aborted ? "cancelled" : line.endedBy();
      if (reason !== undefined) return giveUp(reason);
      if (next === probes.length || asked.size > limit + reserve / 2) return;
      const first = next;
      next = Math.min(probes.length, first + limit + reserve - asked.size);
      const slice = probes.slice(first, next).map((probe, offset) => enter(first + offset, probe));
      line.send({ type: "batch", concurrency: limit, probes: slice });
    };
    const cancel = () => {
      const ids = [...asked];
      if (ids.length > 0) line.send({ type: "cancel", ids });
      giveUp("cancelled");
      line.ledger.drop("cancelled", ids);
    };
    signal?.addEventListener("abort", cancel);
    fill();
  });
}
