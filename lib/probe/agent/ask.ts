import { watchEventLoop } from "../event-loop-delay.ts";
import { parseMessage, splitLines } from "../lines.ts";
import { protocolVersion } from "../protocol.ts";
import type { Reply, Request } from "../protocol.ts";
import { udpReceiveErrors } from "./counters.ts";
import { createLineWriter } from "./line-writer.ts";
import { agentFacts } from "./pod.ts";
import { createProbeQueue } from "./probe-queue.ts";
import { agentPorts } from "../probe.ts";
import { watchServer } from "./watch-server.ts";

/**
 * Talks the protocol over stdin and stdout until stdin ends. Exit codes: 0 stdin ended or nobody reads, 2 a line that is not of the
 * protocol, 3 nothing was read for MESHGATE_IDLE_LIMIT_MS, default 120,000: the runner pings far more often.
 */
export function ask(environment: NodeJS.ProcessEnv): void {
  const loop = watchEventLoop();
  const server = watchServer(Number(environment["MESHGATE_UDP_PORT"] ?? agentPorts.udp));
  const output = createLineWriter(process.stdout, () => queue.resume());
  const say = (reply: Reply) => output.write(reply);
  const queue = createProbeQueue((id, observation) => say({ type: "result", id, observation }), output.ready);

  const obey = (request: Request) => {
    if (request.type === "batch") queue.add(request.probes, request.concurrency);
    if (request.type === "cancel") queue.cancel(request.ids);
    if (request.type === "ping") {
      say({
        type: "pong",
        id: request.id,
        eventLoopDelayMs: loop.worstMs(),
        udpReceiveErrors: udpReceiveErrors(),
        nowMs: Date.now(),
        lapses: server.takeLapses(),
      });
      loop.reset();
    }
  };
  const takeChunk = splitLines((line) => {
    const message = parseMessage(line);
    if (!message) return end(2, `not a line of the protocol: ${line.slice(0, 200)}`);
    try {
      return obey(message as Request);
    } catch {
      return end(2, `not a ${message.type} of the protocol: ${line.slice(0, 200)}`);
    }
  });

  const guard = guardIdle(Number(environment["MESHGATE_IDLE_LIMIT_MS"] ?? 120_000));
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (chunk: string) => {
    guard.refresh();
    takeChunk(chunk);
  });
  process.stdin.on("end", () => process.exit(0));
  process.stdin.on("error", () => process.exit(0));
  process.stdout.on("error", () => process.exit(0));
  say({ type: "ready", version: protocolVersion, ...agentFacts(environment) });
}

function guardIdle(limitMs: number): NodeJS.Timeout {
  return setTimeout(() => end(3, `nothing was asked for ${limitMs} ms`), limitMs);
}

function end(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
