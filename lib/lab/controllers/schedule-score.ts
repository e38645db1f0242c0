import { parseQuantity } from "../api/admission/quantity.ts";
import type { KubeObject } from "../model.ts";
import { preferredNodeWeight } from "./node-affinity.ts";
import { controllerOf } from "./owner.ts";
import { hasMatchingPod, podRequest, skewOn, type NodeView } from "./schedule-filters.ts";
import { untoleratedTaint } from "./tolerations.ts";

/**
 * Scores a node for a pod; the highest wins. Wishes of the pod weigh most, then its siblings (pods of the same controller) elsewhere,
 * then the node with the least requested and the fewest pods.
 */
export function nodeScore(pod: KubeObject, view: NodeView, all: NodeView[]): number {
  const taint = untoleratedTaint(view.node.spec?.taints, pod.spec.tolerations, ["PreferNoSchedule"]);
  return (
    (taint === undefined ? 0 : -100_000) +
    1000 * preferredNodeWeight(pod.spec, view.node) +
    1000 * preferredPodWeight(pod, view, all) -
    1000 * preferredSkew(pod, view, all) -
    100 * siblings(pod, view) -
    10 * requestedShare(view) -
    view.pods.length
  );
}

function preferredPodWeight(pod: KubeObject, view: NodeView, all: NodeView[]): number {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const weigh = (terms: KubeObject["spec"][] | undefined) =>
    (terms ?? [])
      .filter(({ podAffinityTerm }) => hasMatchingPod(pod, podAffinityTerm, view, all))
      .reduce<number>((sum, { weight }) => sum + weight, 0);
  return (
    weigh(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution) -
    weigh(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution)
  );
}

function preferredSkew(pod: KubeObject, view: NodeView, all: NodeView[]): number {
  const constraints: KubeObject["spec"][] = pod.spec.topologySpreadConstraints ?? [];
  return constraints
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "ScheduleAnyway")
    .reduce<number>((sum, constraint) => sum + skewOn(pod, view, all, constraint), 0);
}

function siblings(pod: KubeObject, { pods }: NodeView): number {
  const owner = controllerOf(pod)?.uid;
  return owner === undefined ? 0 : pods.filter((each) => controllerOf(each)?.uid === owner).length;
}

function requestedShare({ node, pods }: NodeView): number {
  const share = (name: string) => {
    const limit = parseQuantity(node.status?.allocatable?.[name] ?? "0");
    const used = pods.reduce((sum, pod) => sum + podRequest(pod, name), 0n);
    return limit === 0n ? 0 : Number(used) / Number(limit);
  };
  return (share("cpu") + share("memory")) / 2;
}
