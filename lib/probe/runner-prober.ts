import { askProbe } from "./ask-probe.ts";
import type { ProbeOptions } from "./attempt.ts";
import { probeHttpOutside } from "./http-outside.ts";
import type { Observation, Probe } from "./probe.ts";

/** What asks probes: a resident agent, or the process that runs meshgate. */
export interface Prober {
  /** As Agent.ask: one observation per probe in the same order, never rejects. */
  ask(probes: Probe[], options: { concurrency: number; signal?: AbortSignal }): Promise<Observation[]>;
}

/** Asks from this process: from outside of all clusters, where it has a way to them. */
export function runnerProber(): Prober {
  return {
    async ask(probes, { concurrency, signal }) {
      const observations: Observation[] = [];
      let next = 0;
      const worker = async () => {
        for (let index = next++; index < probes.length; index = next++) {
          const probe = probes[index];
          if (probe) observations[index] = await askOutside(probe, signal ? { signal } : {});
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
      return observations;
    },
  };
}

function askOutside(probe: Probe, options: ProbeOptions): Promise<Observation> {
  return probe.kind === "http" ? probeHttpOutside(probe, options) : askProbe(probe, options);
}
