/** A group that gets less than this part of its share is to be found out. */
const noticedPart = 1 / 4;
/** With how little probability it may go unnoticed. */
const missAlpha = 1e-3;
const fewestSamples = 32;

/**
 * Gives the probability that of `total` even choices as few as `count`, or as many, fall to something with this share: the smaller
 * one of both tails of the binomial distribution, its own value included.
 */
export function tailProbability(total: number, share: number, count: number): number {
  const below = sum(total, share, 0, count);
  const above = sum(total, share, count, total);
  return Math.min(below, above);
}

/** Gives the index of the count that is the least likely for its share. */
export function farthestFrom(shares: number[], counts: number[], total: number): number {
  const probabilities = shares.map((share, index) => tailProbability(total, share, counts[index] ?? 0));
  return probabilities.indexOf(Math.min(...probabilities));
}

/**
 * Gives the number of choices that it takes to judge shares: enough that one which really gets a quarter of its share fails the
 * two-sided test at `alpha`, but for one time in a thousand.
 */
export function samplesForShares(shares: number[], alpha: number): number {
  let samples = fewestSamples;
  while (!shares.every((share) => share >= 1 || isNoticed(samples, share, alpha))) samples = Math.ceil(samples * 1.1);
  return samples;
}

function isNoticed(samples: number, share: number, alpha: number): boolean {
  // The largest count that is still refused.
  let refused = -1;
  for (let below = 0; ; refused += 1) {
    below += pointProbability(samples, share, refused + 1);
    if (below * 2 >= alpha) break;
  }
  return refused >= 0 && sum(samples, share * noticedPart, 0, refused) >= 1 - missAlpha;
}

function sum(total: number, share: number, from: number, to: number): number {
  let result = 0;
  for (let count = from; count <= to; count++) result += pointProbability(total, share, count);
  return Math.min(1, result);
}

function pointProbability(total: number, share: number, count: number): number {
  if (share <= 0) return count === 0 ? 1 : 0;
  if (share >= 1) return count === total ? 1 : 0;
  return Math.exp(logChoose(total, count) + count * Math.log(share) + (total - count) * Math.log1p(-share));
}

function logChoose(total: number, count: number): number {
  let result = 0;
  for (let index = 1; index <= count; index++) result += Math.log(total - count + index) - Math.log(index);
  return result;
}
