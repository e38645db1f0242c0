/**
 * Sends datagrams of these sizes, each so many times, and tells how many of each came through; undefined when some of them were
 * fragmented, so that nothing is known of the others.
 */
export type SendRound = (sizes: number[], copies: number) => Promise<ReadonlyMap<number, number> | undefined>;

/** Sizes that are tried at once. */
const perRound = 8;
const copies = 2;
/** To be sure of both sides of the border. */
const manyCopies = 6;
const mostRounds = 40;
const mostFragmented = 4;

/**
 * Finds the largest size that comes through, between one that is known to and the largest that can be sent in one piece, which it asks for again
 * when that has changed. What came through once is proven; what did not is asked again until chance is out of the question.
 *
 * Undefined when sizes near the border come and do not come through.
 */
export async function largestDatagram(
  smallest: number,
  largestSent: () => Promise<number | undefined>,
  send: SendRound,
): Promise<number | undefined> {
  let limit = await largestSent();
  let fragmented = 0;
  let low = smallest;
  let high = (limit ?? 0) + 1;
  for (let round = 0; round < mostRounds && limit !== undefined && limit >= low; round++) {
    if (low === limit) return low;
    const isBorder = high - low === 1;
    const came = await send(isBorder ? [low, high] : between(low, high), isBorder ? manyCopies : copies);
    if (!came) {
      if (++fragmented > mostFragmented) return undefined;
      limit = await largestSent();
      high = Math.min(high, (limit ?? 0) + 1);
      continue;
    }
    const count = (size: number) => came.get(size) ?? 0;
    if (isBorder && count(high) === 0) return count(low) >= manyCopies / 2 ? low : undefined;
    low = Math.max(low, ...[...came.keys()].filter((size) => count(size) > 0));
    // What was believed to be lost is not: everything above is open again.
    high = isBorder ? limit + 1 : Math.min(high, ...[...came.keys()].filter((size) => size > low));
  }
  return undefined;
}

/** Sizes above the one and below the other, the largest of them always among them. */
function between(low: number, high: number): number[] {
  const span = high - 1 - low;
  const sizes = Array.from({ length: perRound }, (_, index) => low + Math.ceil((span * (index + 1)) / perRound));
  return [...new Set(sizes)];
}
