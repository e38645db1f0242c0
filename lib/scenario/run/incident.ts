/** A time in which one of the run's pods, and not the network, was at fault. Milliseconds since the epoch by this process's clock. */
export interface Incident {
  fromMs: number;
  toMs: number;
  /** `stalled`, `overflowing`: as the pod says of itself. `gone`: as the API server says; it was evicted, deleted or restarted. */
  kind: "stalled" | "overflowing" | "gone";
  /** Half a sentence: `the pod echo-x on worker of kind-a was restarted`. */
  says: string;
}
