import { familyOf } from "../base/family.ts";
import { attempt, type Attempt, type ProbeOptions } from "./attempt.ts";
import { type DatagramChannel, openDatagramChannel } from "./datagram-channel.ts";
import { type FragmentCounters, readFragments } from "./fragments.ts";
import { headerBytes, knownMtu } from "./known-mtu.ts";
import { largestDatagram, type SendRound } from "./largest-datagram.ts";
import type { Observation, PathMtuProbe } from "./probe.ts";

/** Every question and every answer fits into it, and every network takes it. */
const smallestBytes = 128;
const firstWaitMs = 1_000;
const firstCopies = 4;

/**
 * Measures how large a packet may be that gets to an agent, and back from it, in one piece. What the own kernels would fragment is not
 * sent, and what was fragmented all the same does not count; where that cannot be told nothing is measured. Never rejects.
 */
export function probePathMtu(request: PathMtuProbe, options: ProbeOptions = {}): Promise<Observation> {
  return attempt(request.timeoutMs, options, (running) => {
    measure(running, request).catch((error: unknown) => running.fail(error));
  });
}

async function measure(running: Attempt, { host, port }: PathMtuProbe): Promise<void> {
  running.seen.address = host;
  running.awaiting("datagram of any size");
  const channel = await openDatagramChannel(host, port);
  running.release(channel.close);
  const small = Array.from({ length: firstCopies }, () => ({ head: { reply: 0 }, bytes: smallestBytes }));
  const [first] = (await channel.exchange(small, firstWaitMs)).filter((reply) => reply !== undefined);
  if (!first) return running.finish("timeout", "no datagram of any size came back");
  if (running.done) return undefined;
  running.awaiting("end of the measurement");
  const waitMs = Math.min(1_200, 200 + 2 * first.afterMs);
  const [there, back] = await Promise.all([
    largestDatagram(smallestBytes, () => knownMtu(host), roundThere(channel, host, waitMs)),
    largestDatagram(smallestBytes, () => knownToPeer(channel), roundBack(channel, host, waitMs)),
  ]);
  running.seen.pathMtu = {
    ...(there === undefined ? {} : { thereBytes: there }),
    ...(back === undefined ? {} : { backBytes: back }),
  };
  return running.finish("answered", (there ?? back) ? undefined : "neither direction could be measured");
}

function roundThere(channel: DatagramChannel, host: string, waitMs: number): SendRound {
  const header = headerBytes[familyOf(host)];
  return round(host, "made", async (sizes) => {
    const asked = sizes.map((size) => ({ head: { reply: 0 }, bytes: size - header }));
    return (await channel.exchange(asked, waitMs)).map((reply) => reply !== undefined);
  });
}

function roundBack(channel: DatagramChannel, host: string, waitMs: number): SendRound {
  const header = headerBytes[familyOf(host)];
  return round(host, "received", async (sizes) => {
    const asked = sizes.map((size) => ({ head: { reply: size - header }, bytes: smallestBytes - header }));
    return (await channel.exchange(asked, waitMs)).map((reply, index) => reply?.bytes === (sizes[index] ?? 0) - header);
  });
}

function round(
  host: string,
  counter: keyof FragmentCounters,
  came: (sizes: number[]) => Promise<boolean[]>,
): SendRound {
  const family = familyOf(host);
  return async (sizes, copies) => {
    const before = readFragments(family);
    const all = Array.from({ length: copies }, () => sizes).flat();
    // A kernel that has just been told that something was too large says so once, in place of sending the next one.
    const seen = await came(all).catch(() => undefined);
    const after = readFragments(family);
    if (!seen || !before || !after || before[counter] !== after[counter]) return undefined;
    const counts = new Map<number, number>(sizes.map((size) => [size, 0]));
    for (const [index, size] of all.entries()) if (seen[index]) counts.set(size, (counts.get(size) ?? 0) + 1);
    return counts;
  };
}

const peerWaitMs = 1_000;

async function knownToPeer(channel: DatagramChannel): Promise<number | undefined> {
  const question = { head: { known: true }, bytes: 0 };
  const replies = await channel.exchange([question, question, question], peerWaitMs);
  const known = replies.map((reply) => reply?.head["known"]).find((value) => typeof value === "number");
  return known;
}
