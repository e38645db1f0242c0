import { setTimeout as sleep } from "node:timers/promises";
import { agentPorts } from "../probe.ts";
import { podOf } from "./pod.ts";
import type { Pod } from "./pod.ts";
import { serveHttp } from "./serve-http.ts";
import { serveTcp } from "./serve-tcp.ts";
import { serveUdp } from "./serve-udp.ts";

export type Ports = Record<keyof typeof agentPorts, number>;

/** The three servers of one agent. */
export interface Serving {
  readonly ports: Ports;
  setReady(ready: boolean): void;
  /** Closes all three after the answers under way. */
  close(): Promise<void>;
}

/** Starts to answer on all three ports; port 0 takes a free one. Rejects with the system's error, such as EADDRINUSE. */
export async function startServing(ports: Ports, pod: Pod, ready: boolean): Promise<Serving> {
  let isReady = ready;
  const servers = await Promise.all([
    serveHttp(ports.http, pod, () => isReady),
    serveTcp(ports.tcp, pod),
    serveUdp(ports.udp, pod),
  ]);
  const [http, tcp, udp] = servers;
  return {
    ports: { http: http.port, tcp: tcp.port, udp: udp.port },
    setReady: (value) => {
      isReady = value;
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** How long answers under way may take after the drain. */
const finishMs = 5000;

/**
 * Runs the container's main process. Environment: MESHGATE_READY=false is never ready; MESHGATE_DRAIN_MS, default 1000, is how
 * long it goes on after SIGTERM; MESHGATE_HTTP_PORT, MESHGATE_TCP_PORT and MESHGATE_UDP_PORT change the ports.
 */
export async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  const serving = await startServing(
    portsOf(environment),
    podOf(environment),
    environment["MESHGATE_READY"] !== "false",
  );
  process.stdout.write(`${JSON.stringify({ serving: serving.ports })}\n`);

  let ending = false;
  const end = async () => {
    if (ending) process.exit(0);
    ending = true;
    serving.setReady(false);
    await sleep(numberOf(environment["MESHGATE_DRAIN_MS"], 1000));
    await Promise.race([serving.close(), sleep(finishMs)]);
    process.exit(0);
  };
  process.on("SIGTERM", () => void end());
  process.on("SIGINT", () => void end());
}

function portsOf(environment: NodeJS.ProcessEnv): Ports {
  const port = (name: keyof Ports) => numberOf(environment[`MESHGATE_${name.toUpperCase()}_PORT`], agentPorts[name]);
  return { http: port("http"), tcp: port("tcp"), udp: port("udp") };
}

function numberOf(text: string | undefined, fallback: number): number {
  const value = Number(text ?? fallback);
  return Number.isFinite(value) && value >= 0 ? value : fallback;
}
