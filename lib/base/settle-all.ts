/**
 * Waits for all promises, also when one rejects, so that nothing goes on behind the back of whoever cleans up. Returns their values in
 * their order.
 *
 * Throws what the only rejected one threw, or an AggregateError that holds what several threw, in their order.
 */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  const reasons = outcomes.flatMap((outcome): unknown[] => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (reasons.length > 1) throw new AggregateError(reasons, `${reasons.length} things failed`);
  if (reasons.length === 1) throw reasons[0];
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}
