import { storageKey } from "../api/storage.ts";
import { ApiError, type KubeObject, type Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { withCondition, withoutCondition } from "./conditions.ts";
import { isNamespaceGoing } from "./namespace-going.ts";
import { splitKey } from "./object-key.ts";
import { claimDependents, controllerOf } from "./owner.ts";
import { availableInMs, isPodActive, isPodReady } from "./pod-state.ts";
import { podFromTemplate } from "./pod-template.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";
import { byDeletionPreference } from "./surplus-pods.ts";

const resource = "replicasets.apps";

/**
 * Keeps as many pods as each ReplicaSet wants and counts them in its status. Returns the stop function.
 *
 * A refused pod leaves the condition ReplicaFailure and an event FailedCreate, and is tried again with back-off.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/
 */
export function startReplicaSetController(store: Store, { log, record }: ControllerContext): () => void {
  const queue = createReconcileQueue("replicaset", reconcile, log);

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const set = store.get(resource, name, namespace);
    if (set === undefined) return;
    const pods = claimDependents(store, "pods", set).filter(isPodActive);
    const refusal = set.metadata.deletionTimestamp === undefined ? scale(set, pods) : undefined;
    // Counted anew: a pod that never reached a node is gone at once when deleted.
    const waitMs = writeStatus(set, claimDependents(store, "pods", set).filter(isPodActive), refusal);
    if (waitMs !== undefined) queue.addAfter(key, waitMs);
    if (refusal !== undefined && !isNamespaceGoing(refusal.error)) throw refusal.error;
  }

  function scale(set: KubeObject, pods: KubeObject[]): Refusal | undefined {
    const wanted: number = set.spec.replicas ?? 1;
    for (const pod of pods.toSorted(byDeletionPreference(pods)).slice(0, Math.max(0, pods.length - wanted))) {
      store.delete("pods", pod.metadata.name, pod.metadata.namespace, { uid: pod.metadata.uid });
      record(set, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
    }
    try {
      for (let count = pods.length; count < wanted; count++) {
        const pod = store.create("pods", podFromTemplate(set));
        record(set, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isNamespaceGoing(error)) record(set, "Warning", "FailedCreate", `Error creating: ${error.message}`);
      return { error };
    }
    return undefined;
  }

  function writeStatus(set: KubeObject, pods: KubeObject[], refusal: Refusal | undefined): number | undefined {
    const ready = pods.filter(isPodReady);
    const waits = ready.map((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0) ?? 0);
    store.modify(
      resource,
      set.metadata.name,
      set.metadata.namespace,
      (copy) => {
        const conditions = failureCondition(copy, refusal);
        copy.status = {
          replicas: pods.length,
          ...(pods.length > 0 && { fullyLabeledReplicas: pods.length }),
          ...(ready.length > 0 && { readyReplicas: ready.length }),
          ...(waits.includes(0) && { availableReplicas: waits.filter((wait) => wait === 0).length }),
          observedGeneration: set.metadata.generation,
          ...(conditions.length > 0 && { conditions }),
        };
        return copy;
      },
      "status",
    );
    const pending = waits.filter((wait) => wait > 0);
    return pending.length > 0 ? Math.min(...pending) : undefined;
  }

  const stops = [
    store.watch(resource, ({ object }) => queue.add(storageKey(object)), { replay: true }),
    store.watch("pods", ({ object }) => {
      for (const key of interested(store, object)) queue.add(key);
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

interface Refusal {
  error: ApiError;
}

function failureCondition(set: KubeObject, refusal: Refusal | undefined) {
  if (refusal === undefined) return withoutCondition(set.status?.conditions, "ReplicaFailure");
  return withCondition(set.status?.conditions, {
    type: "ReplicaFailure",
    status: "True",
    reason: "FailedCreate",
    message: refusal.error.message,
  });
}

/** A pod without a controller may be adopted by any set of its namespace. */
function interested(store: Store, pod: KubeObject): string[] {
  const owner = controllerOf(pod);
  const { namespace } = pod.metadata;
  if (owner?.kind === "ReplicaSet") return [`${namespace}/${owner.name}`];
  return owner === undefined ? store.list(resource, { namespace }).map(storageKey) : [];
}
