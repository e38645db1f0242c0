/** What is known of the median of a population by a sample of it. */
export interface MedianBound {
  median: number;
  /** The population's median is at least this, but for an error probability of `alpha`. */
  lowest: number;
}

/**
 * Bounds the median of the population that these values come from, from below: the largest value of the sample above which the sign test
 * does not reject the median at `alpha`, one-sided.
 *
 * The bound is exact for independent values of any distribution, which matters for latencies: they are skewed and have outliers that a
 * t-test or a difference of means would follow. Undefined for samples so small that no value is a bound: below 10 for an `alpha` of 0.001.
 *
 * @see W. J. Conover, Practical Nonparametric Statistics: confidence interval for a quantile
 */
export function lowerBoundOfMedian(values: readonly number[], alpha: number): MedianBound | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const lowest = sorted[valuesBelow(sorted.length, alpha) - 1];
  return lowest === undefined ? undefined : { median: medianOf(sorted), lowest };
}

/** Gives the median of sorted values, of an even number the mean of the two in the middle. NaN for none. */
export function medianOf(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return (low + high) / 2;
}

/** The largest number such that fewer than so many of `count` fair coins show heads with a probability of at most `alpha`; else 0. */
function valuesBelow(count: number, alpha: number): number {
  let logProbability = -count * Math.LN2;
  let sum = 0;
  for (let heads = 0; heads <= count; heads++) {
    sum += Math.exp(logProbability);
    if (sum > alpha) return heads;
    logProbability += Math.log(count - heads) - Math.log(heads + 1);
  }
  return 0;
}
