import { type ContainerRecord, isRunning, terminatedOf } from "./container-record.ts";
import type { Container, PodSpec, RestartPolicy } from "./pod-spec.ts";

/** What the node has to do next for a pod that is to live. */
export type Step =
  | { do: "start"; container: Container }
  /** Ended and not yet due: show CrashLoopBackOff. */
  | { do: "back off"; container: Container }
  /** Look again at this moment. */
  | { do: "wait"; untilMs: number }
  /** Nothing will run any more: take the sandbox down. */
  | { do: "finish" };

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

export type Records = ReadonlyMap<string, ContainerRecord>;

/**
 * Decides what comes next for a pod: init containers one after the other, then all others at once, each started again as the restart
 * policy asks. Pure: the same spec, records and moment give the same steps. Empty while everything runs as it should.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
export function nextSteps(spec: PodSpec, records: Records, nowMs: number): Step[] {
  const policy = spec.restartPolicy ?? "Always";
  for (const container of spec.initContainers ?? []) {
    const record = records.get(container.name);
    if (hasSucceeded(record)) continue;
    if (record && isRunning(record)) return [];
    const steps = stepsFor(container, record, policy === "Never" ? "Never" : "OnFailure", nowMs);
    return steps.length === 0 ? [{ do: "finish" }] : steps;
  }
  const steps = spec.containers.flatMap((container) => stepsFor(container, records.get(container.name), policy, nowMs));
  const over = spec.containers.every((container) => isOver(records.get(container.name), policy));
  return over ? [{ do: "finish" }] : steps;
}

/**
 * Gives the phase of a pod.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 */
export function phaseOf(spec: PodSpec, records: Records): Phase {
  const policy = spec.restartPolicy ?? "Always";
  for (const container of spec.initContainers ?? []) {
    const record = records.get(container.name);
    if (!hasSucceeded(record)) return policy === "Never" && isOver(record, "Never") ? "Failed" : "Pending";
  }
  const main = spec.containers.map((container) => records.get(container.name));
  if (main.some((record) => !record || (!isRunning(record) && !terminatedOf(record)))) return "Pending";
  if (main.some((record) => record && isRunning(record)) || policy === "Always") return "Running";
  if (main.every(hasSucceeded)) return "Succeeded";
  return policy === "Never" ? "Failed" : "Running";
}

export function isInitialized(spec: PodSpec, records: Records): boolean {
  return (spec.initContainers ?? []).every((container) => hasSucceeded(records.get(container.name)));
}

function stepsFor(
  container: Container,
  record: ContainerRecord | undefined,
  policy: RestartPolicy,
  nowMs: number,
): Step[] {
  if (!record) return [{ do: "start", container }];
  if (isRunning(record) || isOver(record, policy)) return [];
  if (record.retryAtMs <= nowMs) return [{ do: "start", container }];
  const wait: Step = { do: "wait", untilMs: record.retryAtMs };
  return "terminated" in record.state ? [{ do: "back off", container }, wait] : [wait];
}

function isOver(record: ContainerRecord | undefined, policy: RestartPolicy): boolean {
  if (!record || !("terminated" in record.state) || policy === "Always") return false;
  return policy === "Never" || record.state.terminated.exitCode === 0;
}

function hasSucceeded(record: ContainerRecord | undefined): boolean {
  return record !== undefined && "terminated" in record.state && record.state.terminated.exitCode === 0;
}
