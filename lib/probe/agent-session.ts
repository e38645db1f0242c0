import { setTimeout as sleep } from "node:timers/promises";
import { notRun } from "./not-run.ts";
import type { Observation, Probe } from "./probe.ts";
import type { AgentFacts, Lapse } from "./protocol.ts";
import { connectAgent } from "./session/connection.ts";
import { createHistory } from "./session/history.ts";
import type { Connection } from "./session/connection.ts";

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
  /**
   * Tells when the pod could not answer for reasons of its own, as far as it says, by this process's clock. Asks it once more first, and waits for an
   * agent that is silent until its stream is given up and opened again. What it says then is taken to have begun with the silence.
   */
  lapses(): Promise<Lapse[]>;
  /** Milliseconds by which the agent's clock is ahead of this process's; 0 while it is not known. */
  clockAheadMs(): number;
  /** Ends stdin and waits until the agent is gone or 2 s have passed. Never throws. */
  close(): Promise<void>;
}

/** An agent that was just started needs so long to find that its pod's server does not answer. */
const tellsAfterMs = 1500;

export interface OpenAgentOptions {
  /** Starts the agent's `ask` and gives its stream; called once more when the stream breaks. */
  open: () => Promise<AgentStream>;
  /** What messages call the agent; they begin with it. Default `The agent`. */
  label?: string;
  /** Ends the session: everything unanswered is `not-run`, detail `cancelled`. */
  signal?: AbortSignal;
  /** Default 15,000. */
  readyTimeoutMs?: number;
  /** Default 10,000. */
  pingIntervalMs?: number;
  /** After this long without a word in reply to a ping the stream is given up. Default 10,000. */
  pingDeadlineMs?: number;
  /** How long an answer may take beyond the probe's own time limit before it counts as lost. Default 10,000. */
  graceMs?: number;
  /** Told of each break of the stream and of a failed second opening. */
  onTrouble?: (message: string) => void;
}

/**
 * Opens a session with a resident agent. When its stream breaks, what is unanswered becomes `not-run`, and the stream is opened
 * again exactly once; after that everything is `not-run` at once.
 *
 * Throws Diagnostic `broken` when the agent cannot be reached or does not say that it is ready, `interrupted` when the signal aborts.
 */
export async function openAgent(options: OpenAgentOptions): Promise<Agent> {
  const label = options.label ?? "The agent";
  let endedBy: string | undefined;
  let facts: AgentFacts;
  const life = new AbortController();
  let current: Promise<Connection | undefined>;
  const pingDeadlineMs = options.pingDeadlineMs ?? 10_000;
  const history = createHistory(pingDeadlineMs);

  const connect = async (onGone: (reason: string) => void) => {
    const connection = await connectAgent({
      open: options.open,
      label,
      signal: life.signal,
      readyTimeoutMs: options.readyTimeoutMs ?? 15_000,
      pingIntervalMs: options.pingIntervalMs ?? 10_000,
      pingDeadlineMs,
      graceMs: options.graceMs ?? 10_000,
      onGone: (reason) => {
        history.gone();
        onGone(reason);
      },
    });
    history.opened(connection);
    facts = connection.facts;
    return connection;
  };
  const end = (reason: string) => {
    endedBy ??= reason;
    life.abort();
    options.signal?.removeEventListener("abort", cancel);
  };
  const cancel = () => {
    end("cancelled");
    current.then(
      (connection) => connection?.abandon("cancelled"),
      () => undefined,
    );
  };
  const afterSecondBreak = (reason: string) => {
    if (endedBy !== undefined) return;
    options.onTrouble?.(`${label}: ${reason}; it is not opened a third time`);
    end(reason);
  };
  const connectAgain = async () => {
    try {
      const connection = await connect(afterSecondBreak);
      if (endedBy !== undefined) connection.abandon(endedBy);
      return connection;
    } catch (error) {
      const reason = `the stream broke and could not be opened again: ${error instanceof Error ? error.message : "no reason"}`;
      if (endedBy === undefined) options.onTrouble?.(`${label}: ${reason}`);
      end(reason);
      return undefined;
    }
  };
  const afterFirstBreak = (reason: string) => {
    if (endedBy !== undefined) return;
    options.onTrouble?.(`${label}: ${reason}; it is opened again`);
    current = connectAgain();
  };

  /** Resolves with the agent's next pong, or when there will be none. Each turn ends after 2 s, or with the stream. */
  const heardFrom = async (): Promise<void> => {
    if (endedBy === undefined && !(await (await current)?.counters())) await heardFrom();
  };

  if (options.signal?.aborted) life.abort();
  options.signal?.addEventListener("abort", cancel);
  try {
    const first = connect(afterFirstBreak);
    current = first;
    await first;
  } catch (error) {
    end("the session was never opened");
    throw error;
  }

  return {
    get facts() {
      return facts;
    },
    ask: async (probes, how) => {
      const connection = endedBy === undefined ? await unlessAborted(current, how.signal) : undefined;
      if (connection) return connection.ask(probes, how);
      const reason = endedBy ?? "cancelled";
      return probes.map(() => notRun(reason));
    },
    counters: async () => (endedBy === undefined ? (await current)?.counters() : undefined),
    lapses: async () => {
      await heardFrom();
      if (history.isFreshAfterSilence()) {
        await sleep(tellsAfterMs);
        await heardFrom();
      }
      return history.lapses();
    },
    clockAheadMs: history.clockAheadMs,
    close: async () => {
      end("the session was closed");
      await (await current)?.close("the session was closed");
    },
  };
}

/** Resolves as the promise does, or with undefined when the signal aborts before. */
function unlessAborted<T>(promise: Promise<T | undefined>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(undefined);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
