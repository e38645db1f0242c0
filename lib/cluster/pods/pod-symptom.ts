import { fieldOf, listOf, numberOf, textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";
import { eventMessage, eventTime, latestEvent } from "./pod-events.ts";
import { pullSymptom } from "./pull-symptom.ts";
import { isUp } from "./workload-pods.ts";

/** Why a pod is not ready, as its status and its events tell. */
export interface PodSymptom {
  /** Stays the same while the cause does. */
  reason: string;
  message: string;
  /** How long it must last before it is believed to stay. */
  holdMs: number;
  /** The container whose log tells more. */
  logOf?: string;
  /** What to look at or to do. */
  hint: string;
}

const settled = { atOnce: 0, soon: 5000, slowly: 10_000, late: 20_000, veryLate: 30_000 } as const;

const describe = "See all of it with";

/** Reasons for which a container waits and will go on waiting. */
const waiting: Record<string, { holdMs: number; hint: string }> = {
  InvalidImageName: { holdMs: settled.atOnce, hint: "Correct the image that --image names." },
  ErrImageNeverPull: {
    holdMs: settled.atOnce,
    hint: "Load the image onto the node, or name another one with --image.",
  },
  CreateContainerConfigError: { holdMs: settled.soon, hint: describe },
  CreateContainerError: { holdMs: settled.soon, hint: describe },
  RunContainerError: { holdMs: settled.soon, hint: describe },
  CrashLoopBackOff: { holdMs: settled.soon, hint: "Read its log with" },
};

/** Events of a pod that is being set up, in the order in which they are looked for. */
const setUp: Record<string, { holdMs: number }> = {
  FailedMount: { holdMs: settled.slowly },
  FailedAttachVolume: { holdMs: settled.slowly },
  // The kubelet makes its next attempt 10 to 15 s later.
  FailedCreatePodSandBox: { holdMs: settled.veryLate },
};

/** Reasons of events that come only once a pod is set up. */
const afterSetUp = ["Pulling", "Pulled", "Created", "Started"];

/**
 * Explains why a pod is not ready; undefined when nothing is known to be wrong and it may only need more time.
 *
 * `events` are those of this pod.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
export function podSymptom(pod: KubeObject, events: readonly KubeObject[]): PodSymptom | undefined {
  return (
    unscheduled(pod) ?? ended(pod) ?? stuckContainer(pod, events) ?? stuckSetUp(pod, events) ?? unready(pod, events)
  );
}

/** Says what is known of a pod that ran out of time. */
export function lastState(pod: KubeObject, events: readonly KubeObject[]): string {
  const symptom = podSymptom(pod, events);
  if (symptom !== undefined) return symptom.message;
  const phase = textOf(pod["status"], "phase") ?? "Pending";
  return withLastWarning(phase === "Running" ? "runs and is not ready" : `is ${phase}`, events);
}

function withLastWarning(state: string, events: readonly KubeObject[]): string {
  const warning = latestEvent(events, (event) => textOf(event, "type") === "Warning");
  return warning === undefined ? state : `${state}; ${textOf(warning, "reason") ?? "event"}: ${eventMessage(warning)}`;
}

function unscheduled(pod: KubeObject): PodSymptom | undefined {
  const condition = listOf(pod["status"], "conditions").find((each) => fieldOf(each, "type") === "PodScheduled");
  if (fieldOf(condition, "status") !== "False" || fieldOf(condition, "reason") !== "Unschedulable") return undefined;
  return {
    reason: "Unschedulable",
    message: `cannot be scheduled: ${textOf(condition, "message") ?? "no reason given"}`,
    holdMs: settled.soon,
    hint: "Free resources there, or choose other nodes with --node-selector or --toleration; look with",
  };
}

function ended(pod: KubeObject): PodSymptom | undefined {
  const { status } = pod;
  if (fieldOf(status, "phase") !== "Failed") return undefined;
  const reason = textOf(status, "reason") ?? "Failed";
  const message = [reason, textOf(status, "message")].filter((text) => text !== undefined).join(": ");
  return { reason, message: `has failed: ${message}`, holdMs: settled.soon, hint: describe };
}

function stuckContainer(pod: KubeObject, events: readonly KubeObject[]): PodSymptom | undefined {
  const { status } = pod;
  for (const container of [...listOf(status, "initContainerStatuses"), ...listOf(status, "containerStatuses")]) {
    const name = textOf(container, "name") ?? "";
    const reason = textOf(container, "state", "waiting", "reason") ?? "";
    const known = waiting[reason];
    // Between two crashes the container is not waiting but terminated.
    if (reason === "CrashLoopBackOff" || crashedAgain(container)) return crashed(name, container);
    const pull = pullSymptom(container, events);
    if (pull !== undefined) return pull;
    if (known === undefined) continue;
    const message = textOf(container, "state", "waiting", "message");
    return { reason, message: message === undefined ? reason : `${reason}: ${message}`, ...known };
  }
  return undefined;
}

function crashedAgain(container: unknown): boolean {
  const exitCode = numberOf(container, "state", "terminated", "exitCode") ?? 0;
  return exitCode !== 0 && (numberOf(container, "restartCount") ?? 0) >= 1;
}

function crashed(name: string, container: unknown): PodSymptom {
  const last = fieldOf(container, "state", "terminated") ?? fieldOf(container, "lastState", "terminated");
  const exitCode = numberOf(last, "exitCode");
  const reason = textOf(last, "reason");
  const how = [exitCode === undefined ? undefined : `exit code ${exitCode}`, reason === "Error" ? undefined : reason];
  const detail = how.filter((text) => text !== undefined).join(", ");
  return {
    reason: "CrashLoopBackOff",
    message: `its container ${name} ends again and again${detail === "" ? "" : ` (${detail})`}`,
    holdMs: settled.soon,
    logOf: name,
    hint: "Read its log with",
  };
}

function stuckSetUp(pod: KubeObject, events: readonly KubeObject[]): PodSymptom | undefined {
  const creating = listOf(pod["status"], "containerStatuses").every(
    (container) => fieldOf(container, "state", "running") === undefined,
  );
  if (!creating) return undefined;
  for (const [reason, { holdMs }] of Object.entries(setUp)) {
    const event = latestEvent(events, (each) => textOf(each, "reason") === reason);
    if (event !== undefined && !isOvercome(event, events))
      return { reason, message: `${reason}: ${eventMessage(event)}`, holdMs, hint: describe };
  }
  return undefined;
}

/** In the same second the failure came first: the kubelet does not go on before it is overcome, and repeats it when it is not. */
function isOvercome(failure: KubeObject, events: readonly KubeObject[]): boolean {
  const later = latestEvent(events, (event) => afterSetUp.includes(textOf(event, "reason") ?? ""));
  return later !== undefined && eventTime(later) >= eventTime(failure);
}

function unready(pod: KubeObject, events: readonly KubeObject[]): PodSymptom | undefined {
  if (!isUp(pod, "running") || isUp(pod, "ready")) return undefined;
  return {
    reason: "Unready",
    message: withLastWarning("runs and is not ready", events),
    holdMs: settled.late,
    hint: "The kubelet of its node cannot reach it, or it does not answer; see all of it with",
  };
}
