import type { Observation, Probe } from "./probe.ts";
import type { AgentFacts } from "./protocol.ts";

/** A two-way text stream to an agent; an exec session has this shape. */
export interface AgentStream {
  write(text: string): void;
  endInput(): void;
  onOutput(listener: (chunk: string) => void): void;
  onErrorOutput(listener: (chunk: string) => void): void;
  /** Resolves once, never rejects. */
  readonly closed: Promise<{ exitCode?: number; reason: string }>;
  abort(): void;
}

/** A resident agent with one open stream. */
export interface Agent {
  readonly facts: AgentFacts;
  /**
   * Asks all probes, at most `concurrency` at once, and resolves with one observation per probe in the same order.
   * Never rejects: probes whose answer was lost are `not-run` with the reason in `detail`.
   */
  ask(probes: Probe[], options: { concurrency: number; signal?: AbortSignal }): Promise<Observation[]>;
  /** Reads the agent's own counters. Undefined when the agent does not answer within 2 s. */
  counters(): Promise<{ eventLoopDelayMs: number; udpReceiveErrors: number } | undefined>;
  /** Ends stdin and waits until the agent is gone or 2 s have passed. Never throws. */
  close(): Promise<void>;
}
