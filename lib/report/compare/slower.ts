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
/** Groups of fewer paths tell nothing of how groups vary. */
const fewestPairs = 4;
/** Of fewer groups nobody can tell how much they vary, or a slow machine from slow paths. */
const fewestGroups = 6;
/** Standard deviations of the groups' ratios, as logarithms, that a group must be away from the others. */
const deviations = 4;
/** Latencies are written with two decimals. */
const resolutionMs = 0.01;

export interface Timing {
  /** In the order of their names. */
  slower: Slower[];
  /** Groups of paths that were timed in both runs. */
  groups: number;
  /** The factor by which three quarters of the groups are slower; absent where it is not above 1.2. */
  everywhere?: number;
  /** The factor that a group's ratio must exceed, by how much groups vary; absent for too few of them to tell, and then none is slower. */
  varies?: number;
}

/**
 * Finds the groups of paths that answer more slowly than in the baseline.
 *
 * Each path is compared with itself, so that near and far paths may be in one group, and by its shortest latency: whatever is busy can only be late,
 * and by medians groups of two healthy runs were seen to vary four times as much. A group is slower when
 * the lower bounds of both the median ratio and the median difference, by the sign test with an error probability of 0.001, are above 1.2 and
 * 1 ms: the sign test holds for latencies of any distribution, and a difference that is certain but small is none that anybody would
 * look after. It takes 10 paths or more; silence that was promised has no latency.
 *
 * That bound takes paths for independent, and those of one group are asked at one time: a busy moment slows all of them down. How much of that
 * there was the groups themselves tell, for most of them are as fast as they were: a group must also be four standard deviations away, by the median
 * absolute deviation of the logarithms of the groups' ratios, which up to half of the groups may be slower without changing much. Between
 * two runs on a busy machine that is much, and little between two on a quiet one.
 *
 * What slows three quarters of the groups down is the machine, or what all paths share. It is told once, and a group must be slower than that.
 */
export function slowerGroups(pairs: readonly PathPair[]): Timing {
  const timed = pairs.flatMap(latenciesOf);
  const groups = [...Map.groupBy(timed, ({ key }) => key).values()].filter(({ length }) => length >= fewestPairs);
  const ratios = groups.map((members) => medianOf(sorted(members.map(ratioOf))));
  if (groups.length < fewestGroups) return { slower: [], groups: groups.length };
  const quartile = sorted(ratios)[Math.floor(ratios.length / 4)] ?? 1;
  const everywhere = quartile > smallestRatio ? quartile : 1;
  const varies = variationOf(ratios);
  const slower = groups.flatMap(measured).filter(({ members, told }) => {
    const differences = members.map(({ beforeMs, afterMs }) => afterMs - everywhere * beforeMs);
    const difference = lowerBoundOfMedian(differences, alpha)?.lowest ?? 0;
    return (
      told.lowest / everywhere > smallestRatio && told.ratio / everywhere > varies && difference > smallestDifferenceMs
    );
  });
  return {
    slower: slower.map(({ told }) => ({ ...told, varies: rounded(varies) })).toSorted(byName),
    groups: groups.length,
    ...(everywhere === 1 ? {} : { everywhere: rounded(everywhere) }),
    varies: rounded(varies),
  };
}

/** The factor of `deviations` standard deviations, as the median absolute deviation estimates them for a normal distribution. */
function variationOf(ratios: number[]): number {
  const logarithms = ratios.map(Math.log);
  const middle = medianOf(sorted(logarithms));
  const deviation = medianOf(sorted(logarithms.map((value) => Math.abs(value - middle))));
  return Math.exp(deviations * 1.4826 * deviation);
}

interface Latencies {
  key: string;
  scenario: string;
  group: string;
  beforeMs: number;
  afterMs: number;
}

function latenciesOf({ before, after }: PathPair): Latencies[] {
  const [beforeMs, afterMs] = [shortestMs(before), shortestMs(after)];
  const isPassed = before.verdict === "passed" && after.verdict === "passed";
  if (!isPassed || after.way?.denial === true || beforeMs === undefined || afterMs === undefined) return [];
  const { scenario, group } = after;
  return [{ key: keyOf(after), scenario, group, beforeMs: Math.max(beforeMs, resolutionMs), afterMs }];
}

/** Absent latencies are of results by an earlier version. */
function shortestMs({ timings: { latenciesMs = [], latencyP50Ms } }: PathResult): number | undefined {
  return latenciesMs.length === 0 ? latencyP50Ms : Math.min(...latenciesMs);
}

function measured(members: Latencies[]): { members: Latencies[]; told: Slower }[] {
  const bound = lowerBoundOfMedian(members.map(ratioOf), alpha);
  const [first] = members;
  if (!bound || !first) return [];
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
        beforeMs: rounded(medianOf(sorted(members.map(({ beforeMs }) => beforeMs)))),
        afterMs: rounded(medianOf(sorted(members.map(({ afterMs }) => afterMs)))),
      },
    },
  ];
}

function ratioOf({ beforeMs, afterMs }: Latencies): number {
  return Math.max(afterMs, resolutionMs) / beforeMs;
}

function sorted(values: number[]): number[] {
  return values.toSorted((one, other) => one - other);
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
