/** How patiently paths are asked. A run takes its time; whoever asks the same again and again can take less. */
export interface Pace {
  /** How long a path that does not say so itself may take, from its first probe, to keep its promise `inARow` times. */
  settleMs: number;
  /** Default 3. */
  inARow?: number;
  /** More than that no path gets, whatever it says itself. Default: no limit. */
  longestSettleMs?: number;
  /** A path is not given up before so many attempts, however long they had to queue. Default 5. */
  fewestAttempts?: number;
  /**
   * Between two questions after convergence. Default 900: a link that goes up and down within seconds is then met while it is
   * down.
   */
  holdPauseMs?: number;
  /** More than that no question waits for its answer, whatever it says itself. Default: no limit. */
  longestProbeMs?: number;
  /** How long after a failure a kubelet may tell that a pod has ended. Default 2,000. */
  tellingMs?: number;
}

/** What a run goes by, but for `settleMs`. */
export const usualPace = {
  inARow: 3,
  longestSettleMs: Infinity,
  fewestAttempts: 5,
  holdPauseMs: 900,
  longestProbeMs: Infinity,
  tellingMs: 2_000,
} as const satisfies Partial<Pace>;
