import type { Observation, Probe } from "./probe.ts";

/**
 * The conversation between the runner and one agent: one JSON object a line, over stdin and stdout of an exec stream.
 * The agent speaks first (`ready`); unknown message types are ignored by both sides; a line that is not JSON ends the session.
 */
export const protocolVersion = 1;

/** Runner to agent. */
export type Request =
  | { type: "batch"; concurrency: number; probes: { id: number; probe: Probe }[] }
  /** Forgets probes that were not started and aborts those in flight, all or the named ones; they are answered with `not-run`. */
  | { type: "cancel"; ids?: number[] }
  | { type: "ping"; id: number };

/** Agent to runner. */
export type Reply =
  | ({ type: "ready"; version: number } & AgentFacts)
  | { type: "result"; id: number; observation: Observation }
  | {
      type: "pong";
      id: number;
      eventLoopDelayMs: number;
      udpReceiveErrors: number;
      /** The agent's wall clock. */
      nowMs?: number;
      /** Since the last pong; of one that goes on, as far as it has come. */
      lapses?: Lapse[];
    };

/**
 * A time in which a pod could not answer for reasons of its own. `stalled` — its processes did not get to run. `overflowing` — datagrams
 * to its server were dropped because the buffer was full. Milliseconds since the epoch.
 */
export interface Lapse {
  kind: "stalled" | "overflowing";
  fromMs: number;
  toMs: number;
}

/** What an agent knows of the pod that it runs in. */
export interface AgentFacts {
  runtime: string;
  cluster: string;
  node: string;
  namespace: string;
  pod: string;
  uid: string;
  addresses: string[];
  resolver: { nameservers: string[]; search: string[]; ndots: number };
}
