/** Takes one line for the lab's log. */
export type Log = (line: string) => void;

/** Keys waiting to be brought in line with the store. */
export interface ReconcileQueue {
  /** Puts a key in line; a key that already waits is not doubled. */
  add(key: string): void;
  /** Puts a key in line after a while; the earliest of several requests for one key counts. */
  addAfter(key: string, delayMs: number): void;
  stop(): void;
}

const firstRetryMs = 10;
const longestRetryMs = 10_000;

/**
 * Runs `reconcile` once per waiting key, outside the call that added it.
 *
 * An exception is logged under `name` and the key tried again after a growing pause (10 ms, doubled up to 10 s); it never reaches
 * the caller. A success resets the pause. Nothing runs after `stop`. Waiting retries do not keep the process alive.
 */
export function createReconcileQueue(name: string, reconcile: (key: string) => void, log: Log): ReconcileQueue {
  const waiting = new Set<string>();
  const failures = new Map<string, number>();
  const delayed = new Map<string, { timer: NodeJS.Timeout; dueMs: number }>();
  let scheduled: NodeJS.Immediate | undefined;
  let stopped = false;

  function add(key: string): void {
    if (stopped) return;
    waiting.add(key);
    scheduled ??= setImmediate(drain);
  }

  function addAfter(key: string, delayMs: number): void {
    if (stopped) return;
    const dueMs = performance.now() + delayMs;
    const known = delayed.get(key);
    if (known !== undefined && known.dueMs <= dueMs) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(() => {
      delayed.delete(key);
      add(key);
    }, delayMs);
    timer.unref();
    delayed.set(key, { timer, dueMs });
  }

  function drain(): void {
    scheduled = undefined;
    const keys = [...waiting];
    waiting.clear();
    for (const key of keys) {
      // Stop may be called by what a reconcile sets off.
      if (stopped) return;
      runOne(key);
    }
  }

  function runOne(key: string): void {
    try {
      reconcile(key);
      failures.delete(key);
    } catch (error) {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      log(`${name} ${key}: ${error instanceof Error ? error.message : String(error)}`);
      addAfter(key, Math.min(firstRetryMs * 2 ** count, longestRetryMs));
    }
  }

  function stop(): void {
    stopped = true;
    waiting.clear();
    if (scheduled !== undefined) clearImmediate(scheduled);
    for (const { timer } of delayed.values()) clearTimeout(timer);
    delayed.clear();
  }

  return { add, addAfter, stop };
}
