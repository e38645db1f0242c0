import { expect, test } from "vitest";
import { largestDatagram, type SendRound } from "./largest-datagram.ts";

/** A path of this size that loses a share of everything else, too; the same in each run. */
function pathOf(mtu: number, lossShare = 0, seed = 1): SendRound {
  let state = seed;
  const isLost = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff < lossShare;
  };
  return (sizes, copies) =>
    Promise.resolve(
      new Map(
        sizes.map((size) => [size, size > mtu ? 0 : Array.from({ length: copies }).filter(() => !isLost()).length]),
      ),
    );
}

const sent = (bytes: number) => () => Promise.resolve(bytes);

test.each([129, 576, 1280, 1399, 1400, 1414, 1499, 1500, 8999])("finds %d to the byte", async (mtu) => {
  expect(await largestDatagram(128, sent(9000), pathOf(mtu))).toBe(mtu);
});

test("what is sent in one piece is the most that is found", async () => {
  expect(await largestDatagram(128, sent(1450), pathOf(1500))).toBe(1450);
  expect(await largestDatagram(128, sent(1450), pathOf(1450))).toBe(1450);
});

test("takes a few rounds only", async () => {
  let rounds = 0;
  const path = pathOf(1414);
  await largestDatagram(128, sent(1500), (...round) => {
    rounds += 1;
    return path(...round);
  });
  expect(rounds).toBeLessThanOrEqual(6);
});

test.each([0.1, 0.2, 0.36])("on a path that loses %d of all packets it finds the right size or none", async (share) => {
  const found = await Promise.all(
    Array.from({ length: 300 }, (_, seed) => largestDatagram(128, sent(1500), pathOf(1414, share, seed + 1))),
  );
  const answers = found.filter((size) => size !== undefined);
  expect(new Set(answers)).toEqual(new Set([1414]));
  expect(answers.length).toBeGreaterThan(150);
});

test("a size that comes through only now and then is no answer", async () => {
  let round = 0;
  const send: SendRound = (sizes) =>
    Promise.resolve(new Map(sizes.map((size) => [size, round++ % 2 === 0 && size <= 1400 ? 1 : 0])));
  expect(await largestDatagram(128, sent(1500), send)).toBeUndefined();
});

test("fragments on the way make it ask again how much is sent in one piece", async () => {
  let told = 1500;
  const path = pathOf(1500);
  const send: SendRound = (sizes, copies) => {
    if (!sizes.some((size) => size > 1400)) return path(sizes, copies);
    told = 1400;
    return Promise.resolve(undefined);
  };
  expect(await largestDatagram(128, () => Promise.resolve(told), send)).toBe(1400);
  expect(await largestDatagram(128, sent(1500), () => Promise.resolve(undefined))).toBeUndefined();
});

test("without knowing what is sent in one piece there is no answer", async () => {
  expect(await largestDatagram(128, () => Promise.resolve(undefined), pathOf(1500))).toBeUndefined();
});
