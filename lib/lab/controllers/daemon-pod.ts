import type { KubeObject } from "../model.ts";
import { acceptsNode } from "./node-affinity.ts";
import { podFromTemplate, templateHash } from "./pod-template.ts";
import { untoleratedTaint, type Toleration } from "./tolerations.ts";

/** The label that tells which template a daemon pod was made from. */
export const revisionHashLabel = "controller-revision-hash";

/**
 * Makes the pod of a DaemonSet for one node: node affinity narrowed to that node's name, and the tolerations that daemon pods have.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#how-daemon-pods-are-scheduled
 */
export function daemonPod(set: KubeObject, node: KubeObject): KubeObject {
  const pod = podFromTemplate(set, {
    labels: {
      [revisionHashLabel]: templateHash(set.spec.template),
      "pod-template-generation": String(set.metadata.generation ?? 1),
    },
  });
  const { affinity = {} } = pod.spec;
  pod.spec.affinity = {
    ...affinity,
    nodeAffinity: {
      ...affinity.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node.metadata.name] }] }],
      },
    },
  };
  pod.spec.tolerations = daemonTolerations(set);
  return pod;
}

/** Returns the node that a daemon pod runs on or is meant for. */
export function daemonPodNode({ spec }: KubeObject): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms: { matchFields?: { key: string; values?: string[] }[] }[] =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields = [] }) => matchFields).find(({ key }) => key === "metadata.name")?.values?.[0];
}

/** Tells whether a DaemonSet wants a pod on this node. */
export function mayRunOn(set: KubeObject, node: KubeObject): boolean {
  return isEligible(set, node, ["NoSchedule", "NoExecute"]);
}

/** Tells whether a pod that is on this node may stay: a NoSchedule taint drives nobody out. */
export function mayStayOn(set: KubeObject, node: KubeObject): boolean {
  return isEligible(set, node, ["NoExecute"]);
}

function isEligible(set: KubeObject, node: KubeObject, effects: string[]): boolean {
  const { spec } = set.spec.template;
  return (
    (spec.nodeName === undefined || spec.nodeName === "" || spec.nodeName === node.metadata.name) &&
    acceptsNode(spec, node) &&
    untoleratedTaint(node.spec?.taints, daemonTolerations(set), effects) === undefined
  );
}

function daemonTolerations(set: KubeObject): Toleration[] {
  const { tolerations = [], hostNetwork = false } = set.spec.template.spec;
  const exists = (name: string, effect: string): Toleration => ({
    key: `node.kubernetes.io/${name}`,
    operator: "Exists",
    effect,
  });
  return [
    ...tolerations,
    exists("not-ready", "NoExecute"),
    exists("unreachable", "NoExecute"),
    exists("disk-pressure", "NoSchedule"),
    exists("memory-pressure", "NoSchedule"),
    exists("pid-pressure", "NoSchedule"),
    exists("unschedulable", "NoSchedule"),
    ...(hostNetwork ? [exists("network-unavailable", "NoSchedule")] : []),
  ];
}
