import type { KubeObject, LabCluster, Store } from "../model.ts";
import { findCondition, withCondition } from "./conditions.ts";
import type { ControllerContext } from "./controller-context.ts";
import { nodeObject } from "./node-object.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";
import { timestamp } from "./timestamp.ts";
import type { Taint } from "./tolerations.ts";

const notReadyKey = "node.kubernetes.io/not-ready";
const unreachableKey = "node.kubernetes.io/unreachable";

/**
 * Creates the Node objects of the cluster, and answers what their Ready condition says: a node that is not ready is tainted and its pods
 * stop being ready, as the kubelet cannot say so any more. Returns the stop function.
 *
 * Pods are not evicted after the toleration time, and heartbeats are not watched: whoever stops a node sets its Ready condition.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller
 */
export function startNodeLifecycleController(
  store: Store,
  { log, record }: ControllerContext,
  cluster: LabCluster,
): () => void {
  const queue = createReconcileQueue("node lifecycle", reconcile, log);

  function reconcile(name: string): void {
    const node = store.get("nodes", name);
    if (node === undefined) return;
    const ready = findCondition(node.status?.conditions, "Ready")?.status ?? "Unknown";
    const key = ready === "Unknown" ? unreachableKey : notReadyKey;
    const changed = setTaint(node, ready === "True" ? undefined : key);
    if (ready === "True") return;
    if (changed) record(node, "Normal", "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
    for (const pod of store.list("pods", { fieldSelector: `spec.nodeName=${name}` })) markNotReady(pod);
  }

  function setTaint(node: KubeObject, key: string | undefined): boolean {
    const before: Taint[] = node.spec?.taints ?? [];
    if (before.some((taint) => taint.key === key)) return false;
    const others = before.filter((taint) => taint.key !== notReadyKey && taint.key !== unreachableKey);
    if (key === undefined && others.length === before.length) return false;
    const wanted =
      key === undefined ? [] : ["NoSchedule", "NoExecute"].map((effect) => ({ key, effect, timeAdded: timestamp() }));
    store.modify("nodes", node.metadata.name, undefined, (copy) => {
      const { taints: _, ...spec } = copy.spec ?? {};
      const taints = [...others, ...wanted];
      return { ...copy, spec: { ...spec, ...(taints.length > 0 && { taints }) } };
    });
    return true;
  }

  function markNotReady(pod: KubeObject): void {
    if (findCondition(pod.status?.conditions, "Ready")?.status !== "True") return;
    store.modify(
      "pods",
      pod.metadata.name,
      pod.metadata.namespace,
      (copy) => {
        const conditions = withCondition(copy.status.conditions, {
          type: "Ready",
          status: "False",
          lastProbeTime: null,
        });
        return { ...copy, status: { ...copy.status, conditions } };
      },
      "status",
    );
    record(pod, "Warning", "NodeNotReady", "Node is not ready");
  }

  for (const [index, node] of cluster.nodes.entries()) register(store, nodeObject(cluster, node, index));
  const stop = store.watch("nodes", ({ object }) => queue.add(object.metadata.name), { replay: true });
  return () => {
    queue.stop();
    stop();
  };
}

/** A node that its kubelet announced first gets what only the cluster knows: its role, zone and taints. */
function register(store: Store, { status, ...object }: KubeObject): void {
  const { name, labels } = object.metadata;
  if (store.get("nodes", name) === undefined) {
    store.create("nodes", object);
    store.modify("nodes", name, undefined, (copy) => ({ ...copy, status }), "status");
    return;
  }
  store.modify("nodes", name, undefined, (copy) => ({
    ...copy,
    metadata: { ...copy.metadata, labels: { ...labels, ...copy.metadata.labels } },
    spec: { ...object["spec"], ...copy.spec },
  }));
}
