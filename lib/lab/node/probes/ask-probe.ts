import type { ContainerProcess } from "../../model.ts";
import type { Container, HttpGet, Probe } from "../pod/pod-spec.ts";
import type { Prober, Question } from "./prober.ts";

/** By what a container is asked. */
export interface ProbeMeans {
  container: Container;
  podAddress: string;
  prober: Prober;
  exec(command: string[]): ContainerProcess;
}

const mostOutput = 10_240;

/** Asks a probe once. Never rejects: gives undefined for success, else the failure in the kubelet's words. */
export function askProbe(probe: Probe, means: ProbeMeans): Promise<string | undefined> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) return askCommand(probe.exec.command, timeoutMs, means.exec);
  const action = probe.httpGet ?? probe.tcpSocket;
  const port = action && portNumber(action.port, means.container);
  if (!action || port === undefined)
    return Promise.resolve("the lab knows HTTP, TCP and command probes with a port that exists");
  const host = action.host ?? means.podAddress;
  return means.prober.ask(
    probe.httpGet ? httpQuestion(probe.httpGet, host, port, timeoutMs) : { kind: "tcp", host, port, timeoutMs },
  );
}

/** The question that an httpGet action asks, for probes and for hooks. */
export function httpQuestion(action: HttpGet, host: string, port: number, timeoutMs: number): Question {
  const given = (action.httpHeaders ?? []).map(({ name, value }) => [name, value] as const);
  const scheme = action.scheme?.toUpperCase() === "HTTPS" ? "https" : "http";
  const headers = { "user-agent": "kube-probe/1.36", accept: "*/*", ...Object.fromEntries(given) };
  return { kind: "http", scheme, host, port, path: action.path ?? "/", headers, timeoutMs };
}

/** Finds a port by number or by the name that the container gave it. */
export function portNumber(port: number | string, container: Container): number | undefined {
  const named = container.ports?.find(({ name }) => name === port);
  const number = named?.containerPort ?? Number(port);
  return Number.isInteger(number) ? number : undefined;
}

async function askCommand(command: string[], timeoutMs: number, exec: ProbeMeans["exec"]): Promise<string | undefined> {
  const child = exec(command);
  let output = "";
  let isLate = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output = `${output}${chunk.toString("utf8")}`.slice(0, mostOutput)));
  }
  const timer = setTimeout(() => {
    isLate = true;
    child.kill();
  }, timeoutMs);
  const result = await child.exited;
  clearTimeout(timer);
  if (isLate) return `command timed out: "${command.join(" ")}" timed out after ${timeoutMs / 1000}s`;
  if ("failure" in result) return result.failure;
  return result.code === 0 ? undefined : output.trim() || `command ended with exit code ${result.code}`;
}
