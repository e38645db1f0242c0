import { watchEventLoop } from "./event-loop-delay.ts";
import { outcomeOfError } from "./outcome-of-error.ts";
import type { Outcome } from "./outcome.ts";
import type { Observation } from "./probe.ts";

/** What a probe learns while it runs. */
export type Seen = Partial<Omit<Observation, "outcome" | "startedAt" | "durationMs" | "detail" | "eventLoopDelayMs">>;

/** One probe in flight. After the first `finish` or `fail` everything else is without effect. */
export interface Attempt {
  readonly seen: Seen;
  readonly done: boolean;
  /** Milliseconds since the start, in steps of a microsecond. */
  elapsedMs(): number;
  /** Names what is waited for, as a time-out's detail will say: `no ${what} within 2000 ms`. */
  awaiting(what: string): void;
  /** Adds a text that comes before the detail, however the probe ends. */
  note(text: string): void;
  finish(outcome: Outcome, detail?: string): void;
  /** Finishes with the outcome that the error stands for. */
  fail(error: unknown): void;
  /** Registers what is released at the end; at once when the attempt is over. */
  release(action: () => void): void;
}

export interface ProbeOptions {
  /** Ends the probe as `not-run`, detail `cancelled`. */
  signal?: AbortSignal;
}

/** Delays that come to less together make nothing late that a probe waits for. */
const tellingDelayMs = 100;

/**
 * Runs one probe under its time limit and resolves with what was seen. Never rejects: a throw of `start` is an outcome too.
 */
export function attempt(
  timeoutMs: number,
  options: ProbeOptions,
  start: (attempt: Attempt) => void,
): Promise<Observation> {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const begin = performance.now();
    const loop = watchEventLoop();
    const releases: (() => void)[] = [];
    const notes: string[] = [];
    let done = false;
    let awaited = "reply";

    const running: Attempt = {
      seen: {},
      get done() {
        return done;
      },
      elapsedMs: () => Math.round((performance.now() - begin) * 1000) / 1000,
      awaiting: (what) => {
        awaited = what;
      },
      note: (text) => {
        notes.push(text);
      },
      finish: (outcome, detail) => {
        if (done) return;
        done = true;
        const durationMs = running.elapsedMs();
        const eventLoopDelayMs = loop.worstMs();
        const totalMs = loop.totalMs();
        loop.stop();
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", cancel);
        for (const release of releases) release();
        if (detail !== undefined) notes.push(detail);
        const said = notes.length === 0 ? {} : { detail: notes.join("; ") };
        const kept = totalMs > eventLoopDelayMs && totalMs >= tellingDelayMs ? { eventLoopDelaysMs: totalMs } : {};
        resolve({ outcome, startedAt, durationMs, ...running.seen, ...said, eventLoopDelayMs, ...kept });
      },
      fail: (error) => {
        if (done) return;
        const { outcome, detail } = outcomeOfError(error);
        running.finish(outcome, detail);
      },
      release: (action) => {
        if (done) action();
        else releases.push(action);
      },
    };

    const cancel = () => running.finish("not-run", "cancelled");
    const expire = () => running.finish("timeout", `no ${awaited} within ${timeoutMs} ms`);
    // An answer that waits in the socket while the loop was blocked is read before the time-out is believed.
    const timer = setTimeout(() => setImmediate(expire), Math.min(timeoutMs, 2 ** 31 - 1));

    if (options.signal?.aborted) return cancel();
    options.signal?.addEventListener("abort", cancel);
    try {
      start(running);
    } catch (error) {
      running.fail(error);
    }
  });
}
