import { setImmediate as nextTurn } from "node:timers/promises";

/** Runs one pod's work, one run at a time. */
export interface PodLoop {
  /** Asks for a run; what happens during one is seen by the next. */
  poke(): void;
  /** Asks for a run at this moment at the latest. Forgotten when a run begins earlier. */
  wakeAt(atMs: number): void;
  end(): void;
}

const retryMs = 1000;

/** Makes the loop around `work`. A run that fails is told to `onError` and followed by another one a second later. */
export function createPodLoop(work: () => Promise<void>, onError: (error: unknown) => void): PodLoop {
  const state = { isBusy: false, isAgain: false, isOver: false, wakesAtMs: Infinity };
  let timer: NodeJS.Timeout | undefined;

  const run = async (): Promise<void> => {
    // The store calls back in the middle of a write; let that be finished first.
    await nextTurn();
    do {
      state.isAgain = false;
      clearTimeout(timer);
      state.wakesAtMs = Infinity;
      try {
        await work();
      } catch (error) {
        onError(error);
        wakeAt(Date.now() + retryMs);
      }
    } while (state.isAgain && !state.isOver);
    state.isBusy = false;
  };
  const poke = (): void => {
    state.isAgain = true;
    if (state.isBusy || state.isOver) return;
    state.isBusy = true;
    void run();
  };
  const wakeAt = (atMs: number): void => {
    if (state.isOver || atMs >= state.wakesAtMs) return;
    clearTimeout(timer);
    state.wakesAtMs = atMs;
    timer = setTimeout(poke, Math.max(0, atMs - Date.now()));
  };
  return {
    poke,
    wakeAt,
    end() {
      state.isOver = true;
      clearTimeout(timer);
    },
  };
}
