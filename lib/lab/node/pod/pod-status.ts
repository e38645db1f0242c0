import type { KubeObject } from "../../model.ts";
import { type ContainerRecord, isRunning } from "./container-record.ts";
import { type Condition, podConditions } from "./pod-conditions.ts";
import { type Phase, type Records, phaseOf } from "./pod-lifecycle.ts";
import { type Container, podSpec } from "./pod-spec.ts";

/** What the node knows of a pod besides its containers. */
export interface PodFacts {
  /** `up` while the pod has its network; `down` before and after. */
  sandbox: "up" | "down";
  /** One of each family, the primary one first. Empty until the sandbox was up once. */
  addresses: string[];
  hostAddresses: string[];
  startTime: string;
  terminating: boolean;
}

/**
 * Builds the status of a pod as its kubelet reports it. `pod` is the pod as stored: transition times of conditions that stay as
 * they are, and what others set (their conditions, the quality of service class), are kept from it.
 *
 * While the sandbox of a finished pod is still there the phase stays Running, as on a real node.
 */
export function podStatus(
  pod: KubeObject,
  facts: PodFacts,
  records: Records,
  now: string,
): { phase: Phase; conditions: Condition[]; [field: string]: unknown } {
  const spec = podSpec(pod);
  const phase = phaseOf(spec, records);
  const isFinished = phase === "Succeeded" || phase === "Failed";
  const statuses = (containers: Container[]): Record<string, unknown>[] =>
    containers.flatMap((container) => {
      const record = records.get(container.name);
      return record ? [containerStatus(container, record, spec.securityContext, facts.terminating)] : [];
    });
  const { conditions: _conditions, ...kept } = keptStatus(pod);
  return {
    ...kept,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase: isFinished && facts.sandbox === "up" ? "Running" : phase,
    conditions: podConditions(pod, facts, records, phase, now),
    hostIP: facts.hostAddresses[0],
    hostIPs: facts.hostAddresses.map((ip) => ({ ip })),
    ...(facts.addresses.length > 0 && { podIP: facts.addresses[0], podIPs: facts.addresses.map((ip) => ({ ip })) }),
    startTime: facts.startTime,
    ...(spec.initContainers?.length && { initContainerStatuses: statuses(spec.initContainers) }),
    containerStatuses: statuses(spec.containers),
    resources: {},
  };
}

function keptStatus(pod: KubeObject): Record<string, unknown> {
  return (pod.status ?? {}) as Record<string, unknown>;
}

function containerStatus(
  container: Container,
  record: ContainerRecord,
  podContext: { runAsUser?: number; runAsGroup?: number } | undefined,
  terminating: boolean,
): Record<string, unknown> {
  const uid = container.securityContext?.runAsUser ?? podContext?.runAsUser ?? 0;
  const gid = container.securityContext?.runAsGroup ?? podContext?.runAsGroup ?? 0;
  const created = record.containerID !== "";
  const last = record.lastTerminated;
  return {
    name: record.name,
    state: record.state,
    lastState: last && !("terminated" in record.state && record.state.terminated === last) ? { terminated: last } : {},
    ready: record.ready && !terminating,
    restartCount: record.restartCount,
    image: record.image,
    imageID: record.imageID,
    ...(created && { containerID: record.containerID }),
    started: record.started && isRunning(record),
    ...(created && { resources: container.resources ?? {} }),
    ...(container.volumeMounts?.length && {
      volumeMounts: container.volumeMounts.map(({ name, mountPath, readOnly }) => ({
        name,
        mountPath,
        ...(readOnly && { readOnly, recursiveReadOnly: "Disabled" }),
      })),
    }),
    ...(created && { user: { linux: { uid, gid, supplementalGroups: [gid] } } }),
  };
}
