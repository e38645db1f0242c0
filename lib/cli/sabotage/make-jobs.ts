import type { Fault } from "../../lab/sabotage/fault.ts";
import { suiteOf } from "../../scenario/scenario.ts";
import { crewOf, type Job } from "./crews.ts";
import { isNamedBy } from "./name-scenarios.ts";

/** What is asked of healthy labs by itself, since it takes so long; in milliseconds. */
const slowSuites: Record<string, number> = {
  "self-healing": 30_000,
  "network-policy": 25_000,
  "load-balancer": 15_000,
  "node-port": 12_000,
  "global-service-mcs": 10_000,
};
const otherSuitesMs = 12_000;
const usualMs = 8_000;
const aloneMs = 25_000;

/**
 * Makes a job of each fault, and of what is asked of healthy labs: all scenarios in a lab of two regions, in the others those that
 * their faults ask. `durations` has what faults took when they were last tried, by id, in milliseconds.
 */
export function makeJobs(faults: Fault[], scenarios: string[], durations: ReadonlyMap<string, number>): Job[] {
  const topologies = [...new Set(faults.filter((fault) => !crewOf(fault).alone).map(({ topology }) => topology))];
  return [
    ...topologies.flatMap((topology) => {
      const asks = faults.filter((fault) => fault.topology === topology).flatMap((fault) => fault.asks);
      return healthyJobs(topology, topology === "two-regions" ? scenarios : asked(scenarios, asks));
    }),
    ...faults.map((fault): Job => ({
      crew: crewOf(fault),
      order: { fault: fault.id },
      names: fault.asks,
      estimateMs: durations.get(fault.id) ?? (crewOf(fault).alone ? aloneMs : usualMs),
    })),
  ];
}

/** Makes a job of each pair. */
export function makePairJobs(pairs: [Fault, Fault][]): Job[] {
  return pairs.map(([one, other]): Job => ({
    crew: crewOf(one),
    order: { pair: [one.id, other.id] },
    names: [...one.asks, ...other.asks],
    estimateMs: usualMs,
  }));
}

/** Of these scenarios those that names of scenarios or suites stand for. */
export function asked(scenarios: string[], names: string[]): string[] {
  return scenarios.filter((name) => isNamedBy(names, name));
}

function healthyJobs(topology: Fault["topology"], names: string[]): Job[] {
  const parts = Map.groupBy(names, (name) => (Object.hasOwn(slowSuites, suiteOf(name)) ? suiteOf(name) : ""));
  return [...parts].map(([suite, healthy]): Job => ({
    crew: { topology, alone: false },
    order: { healthy },
    names: healthy,
    estimateMs: slowSuites[suite] ?? otherSuitesMs,
  }));
}
