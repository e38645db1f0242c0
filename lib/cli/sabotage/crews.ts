import type { Fault } from "../../lab/sabotage/fault.ts";
import type { Order } from "./messages.ts";

/** Faults that can be tried in the same lab, one after another. */
export interface Crew {
  topology: Fault["topology"];
  /** Each gets a session of its own; else one session serves all. */
  alone: boolean;
}

/** Something to do in a lab of a crew. */
export interface Job {
  crew: Crew;
  order: Order;
  /** Scenarios and suites that it asks. */
  names: string[];
  /** How long it takes, about. */
  estimateMs: number;
}

/** What is left to do. */
export interface Jobs {
  /** Chooses whose lab is worth starting next, and counts it as running until `ended`; undefined when none is. */
  start(): Crew | undefined;
  /** The next job of a crew; undefined when none is left. */
  take(crew: Crew): Job | undefined;
  ended(crew: Crew): void;
}

/** Longer than any crew has to do. */
const longestMs = 1e9;
/** A lab that takes part has to be started, and everything deployed to it. */
const startMs = 30_000;

/** Says in which kind of lab a fault is tried. */
export function crewOf({ topology, when, verdict }: Pick<Fault, "topology" | "when" | "verdict">): Crew {
  return { topology, alone: when === "before-deployment" || verdict === "broken" };
}

/** Deals jobs out: the longest first, and labs to whoever has most to do. */
export function dealJobs(jobs: Job[]): Jobs {
  const tables = [...Map.groupBy(jobs, ({ crew }) => keyOf(crew)).values()].map((ofCrew) => ({
    crew: ofCrew[0]?.crew,
    waiting: ofCrew.toSorted((left, right) => right.estimateMs - left.estimateMs),
    running: 0,
  }));
  const tableOf = (crew: Crew) => tables.find((table) => table.crew && isSameCrew(table.crew, crew));
  return {
    start() {
      const worth = tables
        .map((table) => ({ table, worthMs: worthOf(table) }))
        .filter(({ worthMs }) => worthMs > 0)
        .toSorted((left, right) => right.worthMs - left.worthMs)[0]?.table;
      if (worth) worth.running += 1;
      return worth?.crew;
    },
    take: (crew) => tableOf(crew)?.waiting.shift(),
    ended(crew) {
      const table = tableOf(crew);
      if (table) table.running -= 1;
    },
  };
}

/** The time that a further lab saves; a crew that has none comes before all others. */
function worthOf({ waiting, running }: { waiting: Job[]; running: number }): number {
  if (waiting.length === 0) return 0;
  const leftMs = waiting.reduce((sum, { estimateMs }) => sum + estimateMs, 0);
  if (running === 0) return longestMs + leftMs;
  if (waiting.length < 2) return 0;
  return leftMs / running - (leftMs / (running + 1) + startMs);
}

/** Whether the same labs can serve both. */
export function isSameCrew(one: Crew, other: Crew): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf({ topology, alone }: Crew): string {
  return `${topology} ${alone}`;
}
