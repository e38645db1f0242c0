import { setTimeout as delay } from "node:timers/promises";
import type { Container } from "../pod/pod-spec.ts";
import { httpQuestion, portNumber, type ProbeMeans } from "../probes/ask-probe.ts";

const httpTimeoutMs = 30_000;

/** Gives the function that runs a container's preStop hook once, or undefined when it has none. What the hook's command says is not kept. */
export function preStopHook(container: Container, means: ProbeMeans): (() => Promise<unknown>) | undefined {
  const { exec, sleep, httpGet } = container.lifecycle?.preStop ?? {};
  if (sleep) return () => delay(sleep.seconds * 1000, undefined, { ref: false });
  if (exec) {
    return () => {
      const child = means.exec(exec.command);
      for (const stream of [child.stdout, child.stderr]) stream.resume();
      return child.exited;
    };
  }
  const port = httpGet && portNumber(httpGet.port, container);
  if (!httpGet || port === undefined) return undefined;
  return () => means.prober.ask(httpQuestion(httpGet, httpGet.host ?? means.podAddress, port, httpTimeoutMs));
}
