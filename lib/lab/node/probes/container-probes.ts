import type { Container, Probe } from "../pod/pod-spec.ts";
import { runProbe } from "./probe-loop.ts";

export type ProbeKind = "Startup" | "Readiness" | "Liveness";

export interface ProbeObserver {
  onStarted(): void;
  onReady(isReady: boolean): void;
  onFailure(kind: ProbeKind, text: string): void;
  /** The container is to be killed, and started again as the restart policy has it. */
  onDead(kind: ProbeKind, probe: Probe): void;
}

/**
 * Runs the probes of a container that has just started: the startup probe first, then readiness and liveness side by side. Returns the
 * function that ends them.
 */
export function runContainerProbes(
  { startupProbe, readinessProbe, livenessProbe }: Container,
  ask: (probe: Probe) => Promise<string | undefined>,
  observer: ProbeObserver,
): () => void {
  const stops: (() => void)[] = [];
  const run = (kind: ProbeKind, probe: Probe, onVerdict: (passed: boolean) => void): void => {
    // A command costs a process each time, and liveness has nothing to hurry for.
    const isEager = kind !== "Liveness" && !probe.exec;
    const onFailure = (text: string): void => observer.onFailure(kind, text);
    stops.push(runProbe({ probe, isEager, ask: () => ask(probe), onFailure, onVerdict }));
  };
  const dead = (kind: ProbeKind, probe: Probe): void => {
    stopAll();
    observer.onDead(kind, probe);
  };
  const stopAll = (): void => stops.forEach((stop) => stop());

  const afterStartup = (): void => {
    observer.onStarted();
    if (readinessProbe) run("Readiness", readinessProbe, (passed) => observer.onReady(passed));
    else observer.onReady(true);
    if (livenessProbe) run("Liveness", livenessProbe, (passed) => passed || dead("Liveness", livenessProbe));
  };
  if (!startupProbe) {
    afterStartup();
    return stopAll;
  }
  run("Startup", startupProbe, (passed) => {
    stopAll();
    if (passed) afterStartup();
    else dead("Startup", startupProbe);
  });
  return stopAll;
}
