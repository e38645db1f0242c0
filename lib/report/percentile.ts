/**
 * Gives a percentile by nearest rank, `part` being 0.5, 0.95 or 0.99; `isLargest` where there are too few values for it to be another one than
 * the largest. Undefined without values.
 */
export function percentile(
  ascending: readonly number[],
  part: number,
): { value: number; isLargest: boolean } | undefined {
  const rank = Math.max(1, Math.ceil(part * ascending.length));
  const value = ascending[rank - 1];
  return value === undefined ? undefined : { value, isLargest: rank === ascending.length && part > 0.5 };
}
