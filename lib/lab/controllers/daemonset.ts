import { storageKey } from "../api/storage.ts";
import { ApiError, type KubeObject, type Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { daemonPod, daemonPodNode, mayRunOn, mayStayOn, revisionHashLabel } from "./daemon-pod.ts";
import { isNamespaceGoing } from "./namespace-going.ts";
import { splitKey } from "./object-key.ts";
import { claimDependents, controllerOf } from "./owner.ts";
import { availableInMs, isPodActive, isPodReady } from "./pod-state.ts";
import { templateHash } from "./pod-template.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";

const resource = "daemonsets.apps";

/**
 * Keeps one pod of each DaemonSet on every node that it may run on. Returns the stop function.
 *
 * Pods of an older template are replaced a few at a time (RollingUpdate with maxUnavailable) or left until deleted (OnDelete). There
 * are no ControllerRevisions, hence no history to undo.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/
 */
export function startDaemonSetController(store: Store, { log, record }: ControllerContext): () => void {
  const queue = createReconcileQueue("daemonset", reconcile, log);

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const set = store.get(resource, name, namespace);
    if (set === undefined) return;
    const nodes = store.list("nodes");
    const refusal = set.metadata.deletionTimestamp === undefined ? place(set, nodes) : undefined;
    const waitMs = writeStatus(set, nodes);
    if (waitMs !== undefined) queue.addAfter(key, waitMs);
    if (refusal !== undefined && !isNamespaceGoing(refusal)) throw refusal;
  }

  function place(set: KubeObject, nodes: KubeObject[]): ApiError | undefined {
    const pods = claimDependents(store, "pods", set);
    const kept = pods.filter((pod) => !removeIfMisplaced(set, pod, nodes));
    const living = onePerNode(set, kept);
    if (set.spec.updateStrategy?.type !== "OnDelete") replaceOutdated(set, living, nodes);
    // A pod that is still ending keeps its node's place, so that no two of them run at once.
    const taken = new Set(
      store
        .list("pods", { namespace: set.metadata.namespace })
        .filter((pod) => controllerOf(pod)?.uid === set.metadata.uid)
        .map(daemonPodNode),
    );
    try {
      for (const node of nodes) {
        if (taken.has(node.metadata.name) || !mayRunOn(set, node)) continue;
        const pod = store.create("pods", daemonPod(set, node));
        record(set, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isNamespaceGoing(error)) record(set, "Warning", "FailedCreate", `Error creating: ${error.message}`);
      return error;
    }
    return undefined;
  }

  function removeIfMisplaced(set: KubeObject, pod: KubeObject, nodes: KubeObject[]): boolean {
    const node = nodes.find(({ metadata }) => metadata.name === daemonPodNode(pod));
    if (node !== undefined && mayStayOn(set, node) && pod.status?.phase !== "Failed") return false;
    if (pod.status?.phase === "Failed") {
      const message = `Found failed daemon pod ${storageKey(pod)} on node ${daemonPodNode(pod)}, will try to kill it`;
      record(set, "Warning", "FailedDaemonPod", message);
    }
    remove(set, pod);
    return true;
  }

  function onePerNode(set: KubeObject, pods: KubeObject[]): KubeObject[] {
    const oldest = new Map<string, KubeObject>();
    const byAge = pods.filter(isPodActive).toSorted((a, b) => createdMs(a) - createdMs(b));
    for (const pod of byAge) {
      const node = daemonPodNode(pod) ?? "";
      if (oldest.has(node)) remove(set, pod);
      else oldest.set(node, pod);
    }
    return [...oldest.values()];
  }

  function replaceOutdated(set: KubeObject, living: KubeObject[], nodes: KubeObject[]): void {
    const hash = templateHash(set.spec.template);
    const isAvailable = (pod: KubeObject) => availableInMs(pod, set.spec.minReadySeconds ?? 0) === 0;
    const outdated = living.filter(({ metadata }) => metadata.labels?.[revisionHashLabel] !== hash);
    const desired = nodes.filter((node) => mayRunOn(set, node)).length;
    let budget = maxUnavailable(set, desired) - (desired - living.filter(isAvailable).length);
    for (const pod of outdated.toSorted((a, b) => Number(isAvailable(a)) - Number(isAvailable(b)))) {
      if (isAvailable(pod) && budget-- <= 0) return;
      remove(set, pod);
    }
  }

  function remove(set: KubeObject, pod: KubeObject): void {
    if (pod.metadata.deletionTimestamp !== undefined) return;
    store.delete("pods", pod.metadata.name, pod.metadata.namespace, { uid: pod.metadata.uid });
    record(set, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
  }

  function writeStatus(set: KubeObject, nodes: KubeObject[]): number | undefined {
    const { status, waitMs } = daemonSetStatus(set, nodes, claimDependents(store, "pods", set).filter(isPodActive));
    store.modify(resource, set.metadata.name, set.metadata.namespace, (copy) => ({ ...copy, status }), "status");
    return waitMs;
  }

  const addAll = (): void => {
    for (const set of store.list(resource)) queue.add(storageKey(set));
  };
  const stops = [
    store.watch(resource, ({ object }) => queue.add(storageKey(object)), { replay: true }),
    store.watch("nodes", addAll),
    store.watch("pods", ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === "DaemonSet") queue.add(`${object.metadata.namespace}/${owner.name}`);
      else if (owner === undefined) {
        for (const set of store.list(resource, { namespace: object.metadata.namespace })) queue.add(storageKey(set));
      }
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

function daemonSetStatus(set: KubeObject, nodes: KubeObject[], pods: KubeObject[]) {
  const hash = templateHash(set.spec.template);
  const desired = new Set(nodes.filter((node) => mayRunOn(set, node)).map(({ metadata }) => metadata.name));
  const placed = pods.filter((pod) => desired.has(daemonPodNode(pod) ?? ""));
  const waits = placed.map((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0));
  const available = waits.filter((wait) => wait === 0).length;
  const updated = placed.filter(({ metadata }) => metadata.labels?.[revisionHashLabel] === hash).length;
  const pending = waits.filter((wait) => wait !== undefined).filter((wait) => wait > 0);
  const status = {
    currentNumberScheduled: placed.length,
    numberMisscheduled: pods.length - placed.length,
    desiredNumberScheduled: desired.size,
    numberReady: placed.filter(isPodReady).length,
    observedGeneration: set.metadata.generation,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(desired.size > available && { numberUnavailable: desired.size - available }),
  };
  return { status, waitMs: pending.length > 0 ? Math.min(...pending) : undefined };
}

function maxUnavailable({ spec }: KubeObject, desired: number): number {
  const value: number | string = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const count = typeof value === "string" ? Math.ceil((Number.parseFloat(value) * desired) / 100) : value;
  return Math.max(1, count);
}

function createdMs({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? "");
}
