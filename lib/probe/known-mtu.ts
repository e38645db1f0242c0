import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Family, familyOf } from "../base/family.ts";
import { forbidsFragments, readFragments } from "./fragments.ts";

/** Bytes that IP and UDP put before the payload of a datagram. */
export const headerBytes: Record<Family, number> = { IPv4: 28, IPv6: 48 };

/** Larger packets are not measured. */
export const mostBytes = 9_216;
/** Of a smaller path a kernel does not forbid fragments any more. */
const fewestBytes: Record<Family, number> = { IPv4: 576, IPv6: 1_280 };
/** No network takes it in one piece. */
const alwaysCut = 65_000;
/** Where nobody need listen. */
const anyPort = 9;
const tries = 3;

/**
 * Finds out how large a packet to this address the own kernel sends in one piece, up to `mostBytes`: what the interface takes, or what
 * the kernel has been told of the way. Undefined where that cannot be told from its counters, or others may fragment.
 */
export async function knownMtu(address: string): Promise<number | undefined> {
  const family = familyOf(address);
  if (!forbidsFragments(family) || readFragments(family) === undefined) return undefined;
  const socket = createSocket(family === "IPv6" ? "udp6" : "udp4");
  socket.on("error", () => undefined);
  try {
    socket.bind();
    await once(socket, "listening");
    // Whatever is sent here is for the counters; it need not go further than the next router.
    socket.setTTL(1);
    return await largestWhole((bytes) => goesWhole(socket, address, bytes), fewestBytes[family]);
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

async function largestWhole(isWhole: (bytes: number) => Promise<boolean>, fewest: number): Promise<number | undefined> {
  if (await isWhole(alwaysCut)) return undefined;
  if (await isWhole(mostBytes)) return mostBytes;
  if (!(await isWhole(fewest))) return undefined;
  let [low, high] = [fewest, mostBytes];
  if (await isWhole(1_500)) low = 1_500;
  else high = 1_500;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isWhole(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Others may have made fragments meanwhile; that nobody did, once, proves it. */
async function goesWhole(socket: Socket, address: string, bytes: number): Promise<boolean> {
  const family = familyOf(address);
  const payload = Buffer.alloc(bytes - headerBytes[family]);
  for (let attempt = 0; attempt < tries; attempt++) {
    const before = readFragments(family);
    const error = await new Promise<Error | null>((resolve) => socket.send(payload, anyPort, address, resolve));
    const after = readFragments(family);
    if (!error && before && after && before.made === after.made) return true;
  }
  return false;
}
