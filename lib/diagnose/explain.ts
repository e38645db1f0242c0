import type { Hypothesis } from "./hypothesis.ts";
import { noise, weigh, type Weighed } from "./likelihood.ts";
import type { Seen } from "./seen.ts";

const mostCauses = 3;
/** A cause must be worth more than this, in nats, over noise. */
const leastGain = 1.5;
/** Hypotheses that are so much less likely than the best one are no alternatives. */
const farBehind = 5;
/** Hypotheses that are this close cannot be told apart. */
const indifferent = 0.1;
/** One run's paths share much, so that the evidence of each counts for less than by itself. */
const temperature = 1.5;
/** Ten times what noise would do. */
const explains = 10 * noise;

/** A hypothesis that is part of the explanation, and what rivals it. */
export interface Explanation extends Weighed {
  /** Indexes of the failed paths that it explains. */
  explained: number[];
  probability: number;
  /** What explains the same failures about as well, the best first. */
  rivals: Weighed[];
}

/**
 * Finds the few hypotheses that explain the failures best: one after the other, each for what those before it leave, until none is worth more
 * than noise. In the order in which they were found.
 */
export function explain(all: readonly Seen[], hypotheses: readonly Hypothesis[]): Explanation[] {
  const candidates = hypotheses
    .map((hypothesis) => weigh(hypothesis, all))
    .toSorted((one, other) => (one.hypothesis.id < other.hypothesis.id ? -1 : 1));
  // By index of path: how likely its failure is by what was found so far.
  const told = new Float64Array(all.length).fill(noise);
  const found: Explanation[] = [];
  while (found.length < mostCauses) {
    const ranked = candidates
      .map((weighed) => ({ weighed, worth: worthOf(weighed, told) }))
      .filter(({ worth }) => worth > -farBehind)
      .toSorted((one, other) => other.worth - one.worth);
    const best = wholeOf(ranked) ?? ranked[0];
    if (!best || best.worth < leastGain) break;
    const explained = explainedBy(best.weighed);
    const near = ranked.filter(
      (each) => each !== best && each.worth > best.worth - farBehind && isRival(each.weighed, explained),
    );
    const total = near.reduce((sum, { worth }) => sum + Math.exp((worth - best.worth) / temperature), 1);
    found.push({ ...best.weighed, explained, probability: 1 / total, rivals: near.map(({ weighed }) => weighed) });
    for (const { seen, likelihood } of best.weighed.failures) told[seen] = Math.max(told[seen] ?? noise, likelihood);
  }
  return found;
}

interface Ranked {
  weighed: Weighed;
  worth: number;
}

/**
 * Where one of several DNS servers must be at fault and nothing tells which, that is all that can be said: the DNS is, if that explains anything.
 * Undefined where the best hypothesis stands out.
 */
function wholeOf([best, ...others]: Ranked[]): Ranked | undefined {
  if (best?.weighed.hypothesis.element.kind !== "dns-server") return undefined;
  const { effect, element } = best.weighed.hypothesis;
  const isOfSame = ({ weighed: { hypothesis } }: Ranked) =>
    hypothesis.effect === effect && hypothesis.element.cluster === element.cluster;
  const isTied = others.some(
    (each) =>
      isOfSame(each) && each.weighed.hypothesis.element.kind === "dns-server" && best.worth - each.worth < indifferent,
  );
  return isTied ? others.find((each) => isOfSame(each) && each.weighed.hypothesis.element.kind === "dns") : undefined;
}

function worthOf({ failures, passing, hypothesis }: Weighed, told: Float64Array): number {
  let worth = passing + hypothesis.prior;
  for (const { seen, likelihood } of failures) {
    const before = told[seen] ?? noise;
    // What is explained is not explained better by one cause more.
    if (likelihood > before && before < explains) worth += Math.log(likelihood / before);
  }
  return worth;
}

function explainedBy({ failures }: Weighed): number[] {
  return failures.filter(({ likelihood }) => likelihood >= explains).map(({ seen }) => seen);
}

/** Whether it is about the same failures, at least half of them. */
function isRival(weighed: Weighed, explained: readonly number[]): boolean {
  const own = new Set(explainedBy(weighed));
  return explained.filter((seen) => own.has(seen)).length * 2 >= explained.length;
}
