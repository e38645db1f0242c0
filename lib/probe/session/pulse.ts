import type { Lapse, Reply, Request } from "../protocol.ts";

export interface Counters {
  eventLoopDelayMs: number;
  udpReceiveErrors: number;
}

/** Pings that keep an agent from ending by itself and tell whether the stream is alive. */
export interface Pulse {
  /** To be called for each line that arrives. */
  heard(): void;
  pong(reply: Extract<Reply, { type: "pong" }>): void;
  /** Pings when it is time to; false when nothing was heard for too long. */
  beat(): boolean;
  /** Undefined when the agent does not answer within 2 s. */
  counters(): Promise<Counters | undefined>;
  /** What the agent has told of its pod, by this process's clock. */
  lapses(): Lapse[];
  /** Milliseconds by which the agent's clock is ahead of this process's; undefined while it is not known. */
  clockAheadMs(): number | undefined;
  /** When the last line arrived, in milliseconds since the epoch. */
  heardAtMs(): number;
}

const countersTimeoutMs = 2000;
const mostLapses = 1000;

/** Makes a pulse that speaks by `send`. The worst delay of all pongs counts until the counters are read. */
export function createPulse(send: (request: Request) => void, intervalMs: number, deadlineMs: number): Pulse {
  const readers = new Map<number, (counters: Counters) => void>();
  let lastId = 0;
  // The first ping goes out at once: it tells how far apart the clocks are.
  let pingedAt = -Infinity;
  let heardAt = performance.now();
  let awaited: number | undefined;
  let awaitedSince: number | undefined;
  let worstMs = 0;
  let ahead: { byMs: number; roundTripMs: number } | undefined;
  const lapses: Lapse[] = [];
  const sentAt = new Map<number, number>();

  /** The quickest pong tells the time best: another one may have waited anywhere. */
  const compareClocks = (id: number, nowMs: number) => {
    const sentMs = sentAt.get(id);
    if (sentMs === undefined) return;
    const roundTripMs = Date.now() - sentMs;
    if (ahead === undefined || roundTripMs <= ahead.roundTripMs)
      ahead = { byMs: nowMs - sentMs - roundTripMs / 2, roundTripMs };
    for (const older of sentAt.keys()) if (older <= id) sentAt.delete(older);
  };
  const ping = () => {
    pingedAt = performance.now();
    // A further ping is no reason to wait longer for an answer to the first.
    awaitedSince ??= pingedAt;
    awaited = ++lastId;
    sentAt.set(lastId, Date.now());
    send({ type: "ping", id: lastId });
    return lastId;
  };

  return {
    heard: () => {
      heardAt = performance.now();
    },
    pong: ({ id, eventLoopDelayMs, udpReceiveErrors, nowMs, lapses: told = [] }) => {
      if (id === awaited) awaitedSince = undefined;
      worstMs = Math.max(worstMs, eventLoopDelayMs);
      if (nowMs !== undefined) compareClocks(id, nowMs);
      lapses.push(...told);
      lapses.splice(0, lapses.length - mostLapses);
      const reader = readers.get(id);
      if (!reader) return;
      reader({ eventLoopDelayMs: worstMs, udpReceiveErrors });
      worstMs = 0;
    },
    beat: () => {
      const now = performance.now();
      if (awaitedSince !== undefined) return now - Math.max(awaitedSince, heardAt) <= deadlineMs;
      if (now - pingedAt >= intervalMs) ping();
      return true;
    },
    counters: () =>
      new Promise((resolve) => {
        const id = ping();
        const finish = (counters?: Counters) => {
          clearTimeout(timer);
          readers.delete(id);
          resolve(counters);
        };
        const timer = setTimeout(finish, countersTimeoutMs);
        readers.set(id, finish);
      }),
    lapses: () => {
      const byMs = ahead?.byMs ?? 0;
      return lapses.map(({ kind, fromMs, toMs }) => ({ kind, fromMs: fromMs - byMs, toMs: toMs - byMs }));
    },
    clockAheadMs: () => ahead?.byMs,
    heardAtMs: () => Date.now() - (performance.now() - heardAt),
  };
}
