import type { Reply, Request } from "../protocol.ts";

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
}

const countersTimeoutMs = 2000;

/** Makes a pulse that speaks by `send`. The worst delay of all pongs counts until the counters are read. */
export function createPulse(send: (request: Request) => void, intervalMs: number, deadlineMs: number): Pulse {
  const readers = new Map<number, (counters: Counters) => void>();
  let lastId = 0;
  let pingedAt = performance.now();
  let heardAt = performance.now();
  let awaited: number | undefined;
  let worstMs = 0;

  const ping = () => {
    pingedAt = performance.now();
    awaited = ++lastId;
    send({ type: "ping", id: lastId });
    return lastId;
  };

  return {
    heard: () => {
      heardAt = performance.now();
    },
    pong: ({ id, eventLoopDelayMs, udpReceiveErrors }) => {
      if (id === awaited) awaited = undefined;
      worstMs = Math.max(worstMs, eventLoopDelayMs);
      const reader = readers.get(id);
      if (!reader) return;
      reader({ eventLoopDelayMs: worstMs, udpReceiveErrors });
      worstMs = 0;
    },
    beat: () => {
      const now = performance.now();
      if (awaited !== undefined) return now - Math.max(pingedAt, heardAt) <= deadlineMs;
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
  };
}
