import { parseMessage } from "../lines.ts";
import type { Observation, Probe } from "../probe.ts";
import type { AgentFacts, Lapse, Reply, Request } from "../protocol.ts";
import { askInSlices } from "./ask-in-slices.ts";
import { handshake } from "./handshake.ts";
import type { Greeted, HandshakeOptions } from "./handshake.ts";
import { createLedger } from "./ledger.ts";
import { createPulse } from "./pulse.ts";
import type { Counters } from "./pulse.ts";

export interface ConnectionOptions extends HandshakeOptions {
  pingIntervalMs: number;
  pingDeadlineMs: number;
  /** How long an answer may take beyond the probe's own time limit before it counts as lost. */
  graceMs: number;
  /** Called once, before the unanswered probes are settled. */
  onGone: (reason: string) => void;
}

/** One stream to one agent. */
export interface Connection {
  readonly facts: AgentFacts;
  /** Never rejects; when the stream is gone everything is `not-run` at once. */
  ask(probes: Probe[], options: { concurrency: number; signal?: AbortSignal }): Promise<Observation[]>;
  counters(): Promise<Counters | undefined>;
  /** As in Pulse. */
  lapses(): Lapse[];
  clockAheadMs(): number | undefined;
  heardAtMs(): number;
  /** Settles what is unanswered with the reason and drops the stream at once. */
  abandon(reason: string): void;
  /** Settles what is unanswered, ends stdin, and drops the stream when the agent is not gone after 2 s. Never throws. */
  close(reason: string): Promise<void>;
}

const closeTimeoutMs = 2000;

/** Opens a stream, shakes hands and watches over it. Throws what `handshake` throws. */
export async function connectAgent(options: ConnectionOptions): Promise<Connection> {
  return overStream(await handshake(options), options);
}

function overStream(greeted: Greeted, options: ConnectionOptions): Connection {
  const { stream, facts } = greeted;
  const ledger = createLedger();
  let goneBy: string | undefined;

  const settleAll = (reason: string) => {
    if (goneBy !== undefined) return;
    goneBy = reason;
    clearInterval(watch);
    options.onGone(reason);
    ledger.drop(reason);
  };
  const abandon = (reason: string) => {
    settleAll(reason);
    stream.abort();
  };
  const send = (request: Request) => {
    if (goneBy !== undefined) return;
    try {
      stream.write(`${JSON.stringify(request)}\n`);
    } catch {
      abandon("the stream broke: it took no more input");
    }
  };
  const pulse = createPulse(send, options.pingIntervalMs, options.pingDeadlineMs);
  const watch = everySoOften(Math.min(1000, options.pingIntervalMs / 2, options.pingDeadlineMs / 2), () => {
    if (!pulse.beat()) return abandon(`the stream broke: the agent was silent for ${options.pingDeadlineMs} ms`);
    return ledger.drop("no answer from the agent", ledger.overdue(performance.now(), options.graceMs));
  });

  greeted.listen((line) => {
    if (goneBy !== undefined) return;
    pulse.heard();
    const reply = parseMessage(line) as Reply | undefined;
    if (!reply) return abandon(`the stream broke: the agent said ${line.slice(0, 200)}`);
    if (reply.type === "result") ledger.settle(reply.id, reply.observation);
    if (reply.type === "pong") pulse.pong(reply);
  });
  void stream.closed.then(({ exitCode, reason }) => {
    const how = exitCode === undefined ? reason : `the agent ended with exit code ${exitCode}`;
    settleAll(`the stream broke: ${how}${greeted.errorText()}`);
  });

  return {
    facts,
    ask: (probes, how) => askInSlices({ ledger, send, endedBy: () => goneBy }, probes, how),
    counters: async () => (goneBy === undefined ? pulse.counters() : undefined),
    lapses: pulse.lapses,
    clockAheadMs: pulse.clockAheadMs,
    heardAtMs: pulse.heardAtMs,
    abandon,
    close: async (reason) => {
      settleAll(reason);
      await endOf(stream);
    },
  };
}

/** Skips the turn after a pause of this process: what arrived meanwhile is not yet read. */
function everySoOften(intervalMs: number, action: () => void): NodeJS.Timeout {
  let last = performance.now();
  return setInterval(() => {
    const late = performance.now() - last > 2 * intervalMs;
    last = performance.now();
    if (!late) action();
  }, intervalMs);
}

async function endOf(stream: Greeted["stream"]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, closeTimeoutMs);
  });
  try {
    stream.endInput();
    await Promise.race([stream.closed, patience]);
  } catch {
    // A stream that takes no end of input is dropped like one that does not react to it.
  } finally {
    clearTimeout(timer);
    stream.abort();
  }
}
