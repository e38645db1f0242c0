import type { Element } from "./element.ts";
import type { Touch } from "./touches.ts";
import type { Stake } from "./claims.ts";
import type { Seen } from "./seen.ts";

/** What is wrong with an element; README.md says what each one means. */
export type Effect = "lost" | "refused" | "lossy" | "slow" | "too-large" | "wrong" | "missing" | "stale" | "open";

/** Which of the traffic a cause is about. */
export interface Restriction {
  /** As ids of causes have it: `udp`, `port 53`. */
  text: string;
  admits(touch: Touch, seen: Seen): boolean;
}

/** That a path has to do with an element; `seen` is its index among those that were seen. */
export type Entry = { seen: number } & ({ touch: Touch } | { stake: Stake });

/** One thing that may be wrong. */
export interface Hypothesis {
  effect: Effect;
  element: Element;
  id: string;
  restriction?: Restriction;
  /** In the order of the paths; a path may be there more than once. */
  entries: Entry[];
  /** Logarithm of how likely it is before anything was seen. */
  prior: number;
}
