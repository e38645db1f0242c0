import { storageKey } from "../api/storage.ts";
import type { KubeObject, Store } from "../model.ts";
import { findCondition, withCondition, type Condition } from "./conditions.ts";
import type { ControllerContext } from "./controller-context.ts";
import { isPodFinished } from "./pod-state.ts";
import { splitKey } from "./object-key.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";
import { nodeRefusals, unschedulableMessage, type NodeView, type Refusal } from "./schedule-filters.ts";
import { nodeScore } from "./schedule-score.ts";

const needed = "default-scheduler";

/**
 * Binds pods to nodes: the best scored of those that nothing speaks against. Returns the stop function.
 *
 * A pod that fits nowhere gets PodScheduled=False and a FailedScheduling event, and is tried again whenever a node changes or a pod leaves
 * or moves. There is no preemption.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
 */
export function startScheduler(store: Store, { log, record }: ControllerContext): () => void {
  const queue = createReconcileQueue("scheduler", reconcile, log);
  const unschedulable = new Set<string>();

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    unschedulable.delete(key);
    const pod = store.get("pods", name, namespace);
    if (pod === undefined || !waitsForNode(pod)) return;
    const views = nodeViews(store);
    const judged = views.map((view) => ({ view, refusals: nodeRefusals(pod, view, views) }));
    const fitting = judged.filter(({ refusals }) => refusals.length === 0).map(({ view }) => view);
    if (fitting.length === 0)
      return fail(
        key,
        pod,
        judged.map(({ refusals }) => refusals),
      );
    const scored = fitting.map((view) => ({ view, score: nodeScore(pod, view, views) }));
    bind(pod, scored.toSorted((a, b) => b.score - a.score)[0]!.view.node.metadata.name);
  }

  function bind(pod: KubeObject, node: string): void {
    const { namespace, name } = pod.metadata;
    const bound = store.modify("pods", name, namespace, (copy) => ({
      ...copy,
      spec: { ...copy.spec, nodeName: node },
    }));
    if (bound === undefined) return;
    setScheduled(pod, { type: "PodScheduled", status: "True", reason: undefined, message: undefined });
    record(pod, "Normal", "Scheduled", `Successfully assigned ${namespace}/${name} to ${node}`);
  }

  function fail(key: string, pod: KubeObject, refusals: Refusal[][]): void {
    const message = unschedulableMessage(refusals);
    unschedulable.add(key);
    const before = findCondition(pod.status?.conditions, "PodScheduled");
    if (before?.message === message) return;
    setScheduled(pod, { type: "PodScheduled", status: "False", reason: "Unschedulable", message });
    record(pod, "Warning", "FailedScheduling", message);
  }

  function setScheduled(pod: KubeObject, condition: Condition): void {
    const { name, namespace, generation } = pod.metadata;
    store.modify(
      "pods",
      name,
      namespace,
      (copy) => {
        const entry = { lastProbeTime: null, observedGeneration: generation, ...condition };
        return { ...copy, status: { ...copy.status, conditions: withCondition(copy.status?.conditions, entry) } };
      },
      "status",
    );
  }

  const retry = (): void => {
    for (const key of unschedulable) queue.add(key);
  };
  const stops = [
    store.watch("nodes", retry),
    store.watch(
      "pods",
      ({ type, object }) => {
        if (type !== "DELETED" && waitsForNode(object)) {
          if (!unschedulable.has(storageKey(object))) queue.add(storageKey(object));
        } else retry();
      },
      { replay: true },
    ),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

function waitsForNode({ spec, metadata }: KubeObject): boolean {
  return (
    !spec.nodeName &&
    metadata.deletionTimestamp === undefined &&
    (spec.schedulerName ?? needed) === needed &&
    !spec.schedulingGates?.length
  );
}

function nodeViews(store: Store): NodeView[] {
  const pods = store.list("pods").filter((pod) => pod.spec.nodeName && !isPodFinished(pod));
  return store
    .list("nodes")
    .map((node) => ({ node, pods: pods.filter(({ spec }) => spec.nodeName === node.metadata.name) }));
}
