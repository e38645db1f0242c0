import { fieldOf, isRecord, listOf, numberOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import type { Expected } from "./expected.ts";
import { nodeNamesIn } from "../run/place-pod.ts";

/** What the API server says of a namespace at one moment. */
export interface NamespaceState {
  pods: KubeObject[];
  workloads: KubeObject[];
  replicaSets: KubeObject[];
}

/** A pod that is up, or at least runs. */
export interface ReadyPod {
  workload: { kind: Expected["kind"]; name: string };
  namespace: string;
  name: string;
  uid: string;
  labels: Record<string, string>;
  node: string;
  /** `status.podIP` */
  address: string;
  /** All of them, the first one included. */
  addresses: string[];
  /** Of all its containers together, when it was found up. */
  restartCount: number;
  /** It runs and should be ready and is not: commands can be run in it, and Services may not lead to it. */
  usableOnly?: true;
}

/** Reads what is needed to follow the given workloads. Throws Diagnostic `broken`. */
export async function readNamespaceState(
  cluster: Cluster,
  namespace: string,
  expected: readonly Expected[],
): Promise<NamespaceState> {
  const needs = (kind: Expected["kind"]): boolean => expected.some((each) => each.kind === kind);
  const apps = (kind: string, wanted: boolean): Promise<KubeObject[]> =>
    wanted ? cluster.list({ apiVersion: "apps/v1", kind }, { namespace }) : Promise.resolve([]);
  const [pods, daemonSets, deployments, replicaSets] = await Promise.all([
    cluster.list({ apiVersion: "v1", kind: "Pod" }, { namespace }),
    apps("DaemonSet", needs("DaemonSet")),
    apps("Deployment", needs("Deployment")),
    apps("ReplicaSet", needs("Deployment")),
  ]);
  return { pods, workloads: [...daemonSets, ...deployments], replicaSets };
}

/** Finds the workload object itself; undefined for a bare pod and for one that is not there. */
export function workloadOf(state: NamespaceState, { kind, name }: Expected): KubeObject | undefined {
  return state.workloads.find((workload) => workload.kind === kind && workload.metadata.name === name);
}

/** UIDs of the objects that create a workload's pods: its own, and for a Deployment those of its ReplicaSets. */
export function creatorsOf(state: NamespaceState, expected: Expected): string[] {
  const uid = workloadOf(state, expected)?.metadata.uid;
  if (uid === undefined) return [];
  const owned = state.replicaSets.filter(({ metadata }) =>
    metadata.ownerReferences?.some((owner) => owner.uid === uid),
  );
  return [uid, ...owned.map(({ metadata }) => metadata.uid ?? "")];
}

/** Pods of a workload that are not on their way out. */
export function podsOf(state: NamespaceState, expected: Expected): KubeObject[] {
  const present = state.pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (expected.kind === "Pod") return present.filter(({ metadata }) => metadata.name === expected.name);
  const creators = new Set(creatorsOf(state, expected));
  return present.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => creators.has(owner.uid)));
}

/**
 * Tells whether the controller has seen the newest version of a workload and has brought all of its pods to it, so that pods of an
 * older version are not taken for those that are waited for.
 */
export function isRolledOut(state: NamespaceState, expected: Expected): boolean {
  if (expected.kind === "Pod") return true;
  const workload = workloadOf(state, expected);
  if (workload === undefined) return false;
  const generation = numberOf(workload.metadata, "generation") ?? 0;
  const updated = expected.kind === "DaemonSet" ? "updatedNumberScheduled" : "updatedReplicas";
  const seen = numberOf(workload["status"], "observedGeneration") ?? 0;
  return seen >= generation && (numberOf(workload["status"], updated) ?? 0) >= podsOf(state, expected).length;
}

/** Tells whether a pod is in the state that is waited for. */
export function isUp(pod: KubeObject, state: Expected["state"]): boolean {
  const { status } = pod;
  if (textOf(status, "podIP") === undefined) return false;
  const containers = listOf(status, "containerStatuses");
  if (state === "running")
    return containers.length > 0 && containers.every((container) => isRecord(fieldOf(container, "state", "running")));
  const ready = listOf(status, "conditions").find((condition) => fieldOf(condition, "type") === "Ready");
  return fieldOf(ready, "status") === "True";
}

/** Names of a pod's node, and of the node that it is meant for when it has none yet. */
export function nodeOf(pod: KubeObject): string | undefined {
  const bound = textOf(pod["spec"], "nodeName");
  if (bound !== undefined) return bound;
  // The DaemonSet controller writes the node into the affinity before the scheduler binds the pod.
  const names = nodeNamesIn(pod["spec"]);
  return names.length === 1 ? names[0] : undefined;
}

/**
 * Finds the pods of a workload that are up and, for those that are missing, pods that at least run. Sorted by node and name.
 */
export function usablePods(state: NamespaceState, expected: Expected): ReadyPod[] {
  const pods = podsOf(state, expected);
  const up = pods.filter((pod) => isUp(pod, expected.state));
  const covered = new Set(expected.nodes === undefined ? [] : up.map((pod) => nodeOf(pod)));
  const unready = pods.filter((pod) => !up.includes(pod) && isUp(pod, "running") && !covered.has(nodeOf(pod)));
  return [
    ...up.map((pod) => readyPod(pod, expected)),
    ...unready
      .slice(0, Math.max(0, expected.count - up.length))
      .map((pod): ReadyPod => ({ ...readyPod(pod, expected), usableOnly: true })),
  ].toSorted((one, other) => (`${one.node} ${one.name}` < `${other.node} ${other.name}` ? -1 : 1));
}

function readyPod(pod: KubeObject, { kind, name }: Expected): ReadyPod {
  const address = textOf(pod["status"], "podIP") ?? "";
  const addresses = listOf(pod["status"], "podIPs").map((item) => textOf(item, "ip") ?? "");
  return {
    workload: { kind, name },
    namespace: pod.metadata.namespace ?? "",
    name: pod.metadata.name,
    uid: pod.metadata.uid ?? "",
    labels: pod.metadata.labels ?? {},
    node: textOf(pod["spec"], "nodeName") ?? "",
    address,
    addresses: addresses.length === 0 ? [address] : addresses,
    restartCount: restartsOf(pod),
  };
}

/** Counts how often the containers of a pod were started again. */
export function restartsOf(pod: KubeObject): number {
  const counts = listOf(pod["status"], "containerStatuses").map((each) => numberOf(each, "restartCount") ?? 0);
  return counts.reduce((sum, each) => sum + each, 0);
}
