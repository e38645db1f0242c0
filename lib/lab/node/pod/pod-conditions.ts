import type { KubeObject } from "../../model.ts";
import { type Phase, type Records, isInitialized } from "./pod-lifecycle.ts";
import { type Container, podSpec } from "./pod-spec.ts";

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastProbeTime?: string | null;
  lastTransitionTime?: string;
}

type Verdict = Pick<Condition, "status" | "reason" | "message">;

const isTrue: Verdict = { status: "True" };
const owned = new Set(["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"]);

/**
 * Gives all conditions of a pod: the kubelet's four, and behind them those that others wrote (PodScheduled, readiness gates) untouched.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions
 */
export function podConditions(
  pod: KubeObject,
  facts: { sandbox: "up" | "down"; terminating: boolean },
  records: Records,
  phase: Phase,
  now: string,
): Condition[] {
  const spec = podSpec(pod);
  const existing: Condition[] = pod.status?.conditions ?? [];
  const isReady = ({ name }: Container): boolean => !facts.terminating && (records.get(name)?.ready ?? false);
  const incomplete = (spec.initContainers ?? []).filter(
    ({ name }) => !isInitialized({ containers: [], initContainers: [{ name, image: "" }] }, records),
  );
  const verdicts: [string, Verdict][] = [
    ["PodReadyToStartContainers", facts.sandbox === "up" ? isTrue : { status: "False" }],
    ["Initialized", initialized(incomplete, phase)],
    ["Ready", ready(spec.containers, isReady, phase, gateVerdict(spec.readinessGates ?? [], existing))],
    ["ContainersReady", ready(spec.containers, isReady, phase, isTrue)],
  ];
  return [
    ...verdicts.map(([type, verdict]) =>
      withTimes(
        type,
        verdict,
        existing.find((condition) => condition.type === type),
        pod.metadata.generation,
        now,
      ),
    ),
    ...existing.filter(({ type }) => !owned.has(type)),
  ];
}

function initialized(incomplete: Container[], phase: Phase): Verdict {
  if (incomplete.length === 0) return phase === "Succeeded" ? { status: "True", reason: "PodCompleted" } : isTrue;
  return {
    status: "False",
    reason: phase === "Failed" ? "PodFailed" : "ContainersNotInitialized",
    message: `containers with incomplete status: [${names(incomplete)}]`,
  };
}

function ready(
  containers: Container[],
  isReady: (container: Container) => boolean,
  phase: Phase,
  gates: Verdict,
): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const unready = containers.filter((container) => !isReady(container));
  if (unready.length === 0) return gates;
  return {
    status: "False",
    reason: "ContainersNotReady",
    message: `containers with unready status: [${names(unready)}]`,
  };
}

function gateVerdict(gates: { conditionType: string }[], existing: Condition[]): Verdict {
  const messages = gates.flatMap(({ conditionType }) => {
    const condition = existing.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (condition.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return messages.length === 0
    ? isTrue
    : { status: "False", reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}

function withTimes(
  type: string,
  verdict: Verdict,
  before: Condition | undefined,
  generation: number | undefined,
  now: string,
): Condition {
  const lastTransitionTime = before?.status === verdict.status ? (before.lastTransitionTime ?? now) : now;
  return {
    type,
    ...(generation !== undefined && { observedGeneration: generation }),
    ...verdict,
    lastProbeTime: null,
    lastTransitionTime,
  };
}

function names(containers: Container[]): string {
  return containers.map(({ name }) => name).join(" ");
}
