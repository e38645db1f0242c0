import type { PathResult, Slower } from "../path-result.ts";
import { lowerBoundOfMedian, medianOf } from "./lower-bound.ts";

/** The same path in two runs. */
export interface PathPair {
  before: PathResult;
  after: PathResult;
}

/** Error probability of the bound of one group. */
const alpha = 0.001;
/** What must lie below the bound for a group to count as slower. */
const smallestRatio = 1.2;
const smallestDifferenceMs = 1;
/** Below so many groups nobody can tell a slow machine from slow paths. */
const fewestGroups = 4;
/** Latencies are written with two decimals. */
const resolutionMs = 0.01;

/**
 * Finds the groups of paths that answer more slowly than in the baseline.
 *
 * Each path is compared with itself, by its median latency, so that near and far paths may be in one group. A group is slower when
 * the lower bounds of both the median ratio and the median difference, by the sign test with an error probability of 0.001, are above 1.2 and
 * 1 ms: the sign test holds for latencies of any distribution, and a difference that is certain but small is none that anybody would
 * look after. It takes 10 paths or more; silence that was promised has no latency. The test takes paths for independent: what slows all of a group down
 * for a moment looks like a slower group.
 *
 * `everywhere` is the factor by which three quarters of at least four groups are slower; that is the machine, or what all paths share. It is
 * told once, and each group must be slower than that. Absent where it is not above 1.2. Groups come in the order of their names.
 */
export function slowerGroups(pairs: readonly PathPair[]): { slower: Slower[]; everywhere?: number; groups: number } {
  const timed = pairs.flatMap(latenciesOf);
  const groups = [...Map.groupBy(timed, ({ key }) => key).values()].flatMap(measured);
  const ratios = groups.map(({ told }) => told.ratio).toSorted((one, other) => one - other);
  const quartile = ratios.length < fewestGroups ? 1 : (ratios[Math.floor(ratios.length / 4)] ?? 1);
  const everywhere = quartile > smallestRatio ? quartile : 1;
  const slower = groups.filter(({ members, told }) => {
    const differences = members.map(({ beforeMs, afterMs }) => afterMs - everywhere * beforeMs);
    const difference = lowerBoundOfMedian(differences, alpha)?.lowest ?? 0;
    return told.lowest / everywhere > smallestRatio && difference > smallestDifferenceMs;
  });
  return {
    slower: slower.map(({ told }) => told).toSorted(byName),
    ...(everywhere === 1 ? {} : { everywhere: rounded(everywhere) }),
    groups: groups.length,
  };
}

interface Latencies {
  key: string;
  scenario: string;
  group: string;
  beforeMs: number;
  afterMs: number;
}

function latenciesOf({ before, after }: PathPair): Latencies[] {
  const [beforeMs, afterMs] = [before.timings.latencyP50Ms, after.timings.latencyP50Ms];
  const isPassed = before.verdict === "passed" && after.verdict === "passed";
  if (!isPassed || after.way?.denial === true || beforeMs === undefined || afterMs === undefined) return [];
  const { scenario, group } = after;
  return [{ key: keyOf(after), scenario, group, beforeMs: Math.max(beforeMs, resolutionMs), afterMs }];
}

function measured(members: Latencies[]): { members: Latencies[]; told: Slower }[] {
  const bound = lowerBoundOfMedian(
    members.map(({ beforeMs, afterMs }) => afterMs / beforeMs),
    alpha,
  );
  const [first] = members;
  if (!bound || !first) return [];
  const sorted = (latency: "beforeMs" | "afterMs") =>
    members.map((member) => member[latency]).toSorted((one, other) => one - other);
  return [
    {
      members,
      told: {
        scenario: first.scenario,
        group: first.group,
        pairs: members.length,
        ratio: rounded(bound.median),
        lowest: rounded(bound.lowest),
        alpha,
        beforeMs: rounded(medianOf(sorted("beforeMs"))),
        afterMs: rounded(medianOf(sorted("afterMs"))),
      },
    },
  ];
}

function byName(one: Slower, other: Slower): number {
  return keyOf(one) < keyOf(other) ? -1 : 1;
}

function keyOf({ scenario, group }: Pick<Slower, "scenario" | "group">): string {
  return JSON.stringify([scenario, group]);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
