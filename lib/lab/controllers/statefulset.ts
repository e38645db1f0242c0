import { storageKey } from "../api/storage.ts";
import { ApiError, type KubeObject, type Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { isNamespaceGoing } from "./namespace-going.ts";
import { splitKey } from "./object-key.ts";
import { claimDependents, controllerOf } from "./owner.ts";
import { availableInMs, isPodFinished, isPodReady } from "./pod-state.ts";
import { podFromTemplate, templateHash } from "./pod-template.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";

const resource = "statefulsets.apps";
const revisionLabel = "controller-revision-hash";

/**
 * Keeps the numbered pods of each StatefulSet, one after the other or all at once (`podManagementPolicy`). Returns the stop function.
 *
 * Pods of an older template are replaced from the highest number down to `partition`. There are no volume claims, no `ordinals.start`
 * and no ControllerRevisions, hence no history to undo.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
 */
export function startStatefulSetController(store: Store, { log, record }: ControllerContext): () => void {
  const queue = createReconcileQueue("statefulset", reconcile, log);

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const set = store.get(resource, name, namespace);
    if (set === undefined) return;
    const refusal = set.metadata.deletionTimestamp === undefined ? advance(set) : undefined;
    const waitMs = writeStatus(set);
    if (waitMs !== undefined) queue.addAfter(key, waitMs);
    if (refusal !== undefined && !isNamespaceGoing(refusal)) throw refusal;
  }

  /** Takes the next step, or all steps of a parallel set; what follows waits for the pods to change. */
  function advance(set: KubeObject): ApiError | undefined {
    const pods = new Map(claimDependents(store, "pods", set).map((pod) => [ordinalOf(set, pod), pod]));
    const replicas: number = set.spec.replicas ?? 1;
    const isOrdered = set.spec.podManagementPolicy !== "Parallel";
    for (let ordinal = 0; ordinal < replicas; ordinal++) {
      const pod = pods.get(ordinal);
      if (pod === undefined) {
        const refusal = create(set, ordinal);
        if (refusal !== undefined) return refusal;
      } else if (isPodFinished(pod)) remove(set, pod);
      if (isOrdered && !isSettled(set, pod)) return undefined;
    }
    const surplus = [...pods].filter(([ordinal]) => ordinal >= replicas).toSorted(([a], [b]) => b - a);
    for (const [, pod] of isOrdered ? surplus.slice(0, 1) : surplus) remove(set, pod);
    if (surplus.length === 0 && set.spec.updateStrategy?.type !== "OnDelete") replaceOutdated(set, pods, replicas);
    return undefined;
  }

  function replaceOutdated(set: KubeObject, pods: Map<number, KubeObject>, replicas: number): void {
    const partition: number = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    const revision = revisionOf(set);
    for (let ordinal = replicas - 1; ordinal >= partition; ordinal--) {
      const pod = pods.get(ordinal);
      if (pod !== undefined && pod.metadata.labels?.[revisionLabel] !== revision) return remove(set, pod);
      if (!isSettled(set, pod)) return;
    }
  }

  function create(set: KubeObject, ordinal: number): ApiError | undefined {
    try {
      const { metadata } = store.create("pods", numberedPod(set, ordinal));
      record(
        set,
        "Normal",
        "SuccessfulCreate",
        `create Pod ${metadata.name} in StatefulSet ${set.metadata.name} successful`,
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const pod = `${set.metadata.name}-${ordinal}`;
      const message = `create Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
      if (!isNamespaceGoing(error)) record(set, "Warning", "FailedCreate", message);
      return error;
    }
  }

  function remove(set: KubeObject, { metadata }: KubeObject): void {
    if (metadata.deletionTimestamp !== undefined) return;
    store.delete("pods", metadata.name, metadata.namespace, { uid: metadata.uid });
    const message = `delete Pod ${metadata.name} in StatefulSet ${set.metadata.name} successful`;
    record(set, "Normal", "SuccessfulDelete", message);
  }

  function writeStatus(set: KubeObject): number | undefined {
    const pods = claimDependents(store, "pods", set).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const updateRevision = revisionOf(set);
    const updated = pods.filter(({ metadata }) => metadata.labels?.[revisionLabel] === updateRevision);
    const waits = pods.map((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0));
    const isRolledOut = updated.length === set.spec.replicas && updated.every(isPodReady);
    const before = set.status?.currentRevision;
    const currentRevision = isRolledOut || before === undefined ? updateRevision : before;
    const current = pods.filter(({ metadata }) => metadata.labels?.[revisionLabel] === currentRevision);
    const status = {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      readyReplicas: pods.filter(isPodReady).length,
      currentReplicas: current.length,
      updatedReplicas: updated.length,
      availableReplicas: waits.filter((wait) => wait === 0).length,
      currentRevision,
      updateRevision,
      collisionCount: 0,
    };
    store.modify(resource, set.metadata.name, set.metadata.namespace, (copy) => ({ ...copy, status }), "status");
    const pending = waits.filter((wait) => wait !== undefined).filter((wait) => wait > 0);
    return pending.length > 0 ? Math.min(...pending) : undefined;
  }

  const stops = [
    store.watch(resource, ({ object }) => queue.add(storageKey(object)), { replay: true }),
    store.watch("pods", ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === "StatefulSet") queue.add(`${object.metadata.namespace}/${owner.name}`);
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

/** A pod that keeps its name and host name whenever it is made anew. */
function numberedPod(set: KubeObject, ordinal: number): KubeObject {
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podFromTemplate(set, {
    labels: {
      [revisionLabel]: revisionOf(set),
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
    },
  });
  const metadata = { ...pod.metadata, name };
  const { serviceName } = set.spec;
  return { ...pod, metadata, spec: { ...pod.spec, hostname: name, ...(serviceName && { subdomain: serviceName }) } };
}

function ordinalOf(set: KubeObject, { metadata }: KubeObject): number {
  return Number(metadata.name.slice(set.metadata.name.length + 1));
}

function revisionOf(set: KubeObject): string {
  return `${set.metadata.name}-${templateHash(set.spec.template)}`;
}

/** Whether the next pod's turn has come. */
function isSettled(set: KubeObject, pod: KubeObject | undefined): boolean {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return false;
  return availableInMs(pod, set.spec.minReadySeconds ?? 0) === 0;
}
