import type { Lapse } from "../protocol.ts";
import type { Connection } from "./connection.ts";

/** What an agent has told of its pod, over all of its streams. */
export interface History {
  opened(connection: Connection): void;
  /** To be called when the stream that was opened last is gone. */
  gone(): void;
  /** True when the present stream replaces one that went silent, and is so young that its agent knows little. */
  isFreshAfterSilence(): boolean;
  lapses(): Lapse[];
  clockAheadMs(): number;
}

const freshMs = 2000;

/**
 * Makes an empty history. A stream that ends when nothing was heard for `silenceMs` counts as gone silent.
 *
 * An agent that is stopped together with its pod's server cannot tell when that began: where its successor finds the server stalled
 * from the start, the silence of the first was the same stall.
 */
export function createHistory(silenceMs: number): History {
  let present: Connection | undefined;
  let openedAtMs = 0;
  let silentSinceMs: number | undefined;
  let aheadMs = 0;
  const past: Lapse[] = [];

  const told = (): Lapse[] => {
    const since = silentSinceMs;
    const lapses = present?.lapses() ?? [];
    if (since === undefined) return lapses;
    const beginsWithIt = (lapse: Lapse) => lapse.kind === "stalled" && lapse.fromMs < openedAtMs + freshMs;
    return lapses.map((lapse) => (beginsWithIt(lapse) ? { ...lapse, fromMs: Math.min(since, lapse.fromMs) } : lapse));
  };

  return {
    opened: (connection) => {
      present = connection;
      openedAtMs = Date.now();
    },
    gone: () => {
      if (!present) return;
      past.push(...told());
      aheadMs = present.clockAheadMs() ?? aheadMs;
      const heardAtMs = present.heardAtMs();
      silentSinceMs = Date.now() - heardAtMs >= silenceMs ? heardAtMs : undefined;
      present = undefined;
    },
    isFreshAfterSilence: () => silentSinceMs !== undefined && Date.now() - openedAtMs < freshMs,
    lapses: () => [...past, ...told()],
    clockAheadMs: () => present?.clockAheadMs() ?? aheadMs,
  };
}
