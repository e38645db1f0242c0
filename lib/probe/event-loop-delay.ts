/** One span of time in which delays of the event loop are watched. */
export interface LoopWatch {
  /** Milliseconds of the longest delay since the watch began or was last read with `reset`. */
  worstMs(): number;
  /** Milliseconds of all delays of the watch together. */
  totalMs(): number;
  reset(): void;
  stop(): void;
}

/**
 * Watches how long the event loop is kept from running, by work or by a lack of CPU.
 *
 * The resolution is 10 ms; a delay counts only as far as it lies within the watch. The timer behind it runs only while something
 * is watched and keeps no process alive.
 */
export function watchEventLoop(): LoopWatch {
  if (watches.size === 0) startTicking();
  const watch: Watch = { since: performance.now(), worst: 0, total: 0 };
  watches.add(watch);
  return {
    worstMs: () => {
      note(watch, performance.now());
      return Math.round(watch.worst * 1000) / 1000;
    },
    totalMs: () => Math.round((watch.total + Math.max(0, delayOf(watch, performance.now()))) * 1000) / 1000,
    reset: () => {
      watch.since = performance.now();
      watch.worst = 0;
      watch.total = 0;
    },
    stop: () => {
      if (watches.delete(watch) && watches.size === 0) clearInterval(timer);
    },
  };
}

interface Watch {
  since: number;
  worst: number;
  /** Of delays that are over. */
  total: number;
}

const tickMs = 10;
const watches = new Set<Watch>();
let lastTick = 0;
let timer: NodeJS.Timeout | undefined;

function startTicking(): void {
  lastTick = performance.now();
  timer = setInterval(() => {
    const now = performance.now();
    if (now - lastTick > tickMs)
      for (const watch of watches) {
        note(watch, now);
        watch.total += Math.max(0, delayOf(watch, now));
      }
    lastTick = now;
  }, tickMs);
  timer.unref();
}

function note(watch: Watch, now: number): void {
  watch.worst = Math.max(watch.worst, delayOf(watch, now));
}

function delayOf(watch: Watch, now: number): number {
  return Math.min(now - lastTick - tickMs, now - watch.since);
}
