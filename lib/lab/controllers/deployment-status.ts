import type { KubeObject } from "../model.ts";
import { findCondition, withCondition, withoutCondition, type Condition } from "./conditions.ts";
import { rolloutBounds } from "./deployment-rollout.ts";
import { timestamp } from "./timestamp.ts";

interface Counts {
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
}

/**
 * Counts a Deployment's pods by its ReplicaSets and draws the conditions Available, Progressing and ReplicaFailure from the counts.
 *
 * `recheckMs` is when the progress deadline runs out, undefined when none is running.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function deploymentStatus(
  deployment: KubeObject,
  current: KubeObject | undefined,
  sets: KubeObject[],
): { status: KubeObject["status"]; recheckMs: number | undefined } {
  const total = (field: string) => sets.reduce<number>((sum, { status }) => sum + (status?.[field] ?? 0), 0);
  const counts: Counts = {
    replicas: total("replicas"),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: total("readyReplicas"),
    availableReplicas: total("availableReplicas"),
  };
  const wanted = sets.reduce<number>((sum, { spec }) => sum + spec.replicas, 0);
  const unavailableReplicas = Math.max(0, wanted - counts.availableReplicas);
  const { conditions, recheckMs } = conditionsOf(deployment, current, sets, counts);
  const status = {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(Object.entries({ ...counts, unavailableReplicas }).filter(([, count]) => count > 0)),
    ...(deployment.status?.collisionCount !== undefined && { collisionCount: deployment.status.collisionCount }),
    conditions,
  };
  return { status, recheckMs };
}

function conditionsOf(deployment: KubeObject, current: KubeObject | undefined, sets: KubeObject[], counts: Counts) {
  let conditions: Condition[] = deployment.status?.conditions ?? [];
  const progressing = progressOf(deployment, current, counts);
  if (progressing !== undefined) conditions = updated(conditions, progressing);
  conditions = updated(conditions, availability(deployment, counts));
  const failure = [current, ...sets]
    .map((set) => findCondition(set?.status?.conditions, "ReplicaFailure"))
    .find((condition) => condition !== undefined);
  conditions =
    failure === undefined
      ? withoutCondition(conditions, "ReplicaFailure")
      : updated(conditions, { ...failure, lastTransitionTime: undefined });
  return { conditions, recheckMs: deadlineMs(deployment, findCondition(conditions, "Progressing")) };
}

function availability(deployment: KubeObject, { availableReplicas }: Counts): Condition {
  return availableReplicas >= rolloutBounds(deployment).least
    ? {
        type: "Available",
        status: "True",
        reason: "MinimumReplicasAvailable",
        message: "Deployment has minimum availability.",
      }
    : {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
}

/** Undefined keeps the condition as it is. */
function progressOf(deployment: KubeObject, current: KubeObject | undefined, counts: Counts): Condition | undefined {
  const before = findCondition(deployment.status?.conditions, "Progressing");
  if (deployment.spec.paused === true) {
    const message = "Deployment is paused";
    return { type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message };
  }
  const subject =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`;
  if (isComplete(deployment, counts)) {
    const message = `${subject} has successfully progressed.`;
    return { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message };
  }
  if (before === undefined || hasProgressed(deployment, counts) || isNewRollout(deployment, before, subject)) {
    const message = `${subject} is progressing.`;
    return { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message, lastUpdateTime: timestamp() };
  }
  if (deadlineMs(deployment, before) !== 0) return undefined;
  const message = `${subject} has timed out progressing.`;
  return { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message };
}

function isComplete({ spec, metadata, status }: KubeObject, counts: Counts): boolean {
  return (
    (status?.observedGeneration ?? 0) <= (metadata.generation ?? 0) &&
    counts.updatedReplicas === spec.replicas &&
    counts.replicas === spec.replicas &&
    counts.availableReplicas === spec.replicas
  );
}

function hasProgressed({ status = {} }: KubeObject, counts: Counts): boolean {
  const updatedBefore = status.updatedReplicas ?? 0;
  return (
    counts.updatedReplicas > updatedBefore ||
    counts.replicas - counts.updatedReplicas < (status.replicas ?? 0) - updatedBefore ||
    counts.readyReplicas > (status.readyReplicas ?? 0) ||
    counts.availableReplicas > (status.availableReplicas ?? 0)
  );
}

/** The clock starts anew when a template was rolled out, undone or let go on after a pause. */
function isNewRollout({ status, metadata }: KubeObject, before: Condition, subject: string): boolean {
  if (before.reason === "DeploymentPaused") return true;
  return (status?.observedGeneration ?? 0) < (metadata.generation ?? 0) && before.message?.startsWith(subject) !== true;
}

/** Milliseconds until the deadline: 0 when it is over, undefined when none is running. */
function deadlineMs({ spec }: KubeObject, progressing: Condition | undefined): number | undefined {
  const seconds: number | undefined = spec.progressDeadlineSeconds;
  const isRunning = progressing?.reason === "ReplicaSetUpdated";
  if (seconds === undefined || !isRunning || typeof progressing.lastUpdateTime !== "string") return undefined;
  return Math.max(0, Date.parse(progressing.lastUpdateTime) + seconds * 1000 - Date.now());
}

function updated(conditions: Condition[], wanted: Condition): Condition[] {
  const before = findCondition(conditions, wanted.type);
  const isSame =
    before?.status === wanted.status && before.reason === wanted.reason && before.message === wanted.message;
  const lastUpdateTime = wanted["lastUpdateTime"] ?? (isSame ? before.lastUpdateTime : timestamp());
  return withCondition(conditions, { ...wanted, lastUpdateTime });
}
