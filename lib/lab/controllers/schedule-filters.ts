import { parseQuantity } from "../api/admission/quantity.ts";
import { objectSelector } from "../api/select/label-selector.ts";
import type { KubeObject } from "../model.ts";
import { acceptsNode } from "./node-affinity.ts";
import { untoleratedTaint } from "./tolerations.ts";

/** A node and the pods that are bound to it and have not finished. */
export interface NodeView {
  node: KubeObject;
  pods: KubeObject[];
}

/** Why a node does not take a pod. `final`: no pod leaving that node would help. */
export interface Refusal {
  reason: string;
  final: boolean;
}

/**
 * Lists what speaks against a node, as the first of the scheduler's filters that refuses it says. Empty means that the pod fits.
 *
 * @see https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
 */
export function nodeRefusals(pod: KubeObject, view: NodeView, all: NodeView[]): Refusal[] {
  for (const filter of [unschedulable, taint, affinity, hostPorts, resources, spread, podAffinity]) {
    const refusals = filter(pod, view, all);
    if (refusals.length > 0) return refusals;
  }
  return [];
}

/** Puts the refusals of all nodes in one sentence: `0/3 nodes are available: 1 node(s) had untolerated taint {…}, 2 Insufficient cpu. …` */
export function unschedulableMessage(perNode: Refusal[][]): string {
  const total = perNode.length;
  if (total === 0) return "no nodes available to schedule pods";
  const reasons = counted(perNode.flat().map(({ reason }) => reason));
  const preemption = counted(
    perNode.map((refusals) =>
      refusals.some(({ final }) => final)
        ? "Preemption is not helpful for scheduling"
        : "No preemption victims found for incoming pod",
    ),
  );
  return (
    `0/${total} nodes are available: ${reasons}. no new claims to deallocate, ` +
    `preemption: 0/${total} nodes are available: ${preemption}.`
  );
}

function counted(reasons: string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .toSorted()
    .join(", ");
}

function unschedulable(pod: KubeObject, { node }: NodeView): Refusal[] {
  const taints = [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }];
  if (node.spec?.unschedulable !== true || !untoleratedTaint(taints, pod.spec.tolerations, ["NoSchedule"])) return [];
  return [{ reason: "node(s) were unschedulable", final: true }];
}

function taint(pod: KubeObject, { node }: NodeView): Refusal[] {
  const found = untoleratedTaint(node.spec?.taints, pod.spec.tolerations, ["NoSchedule", "NoExecute"]);
  if (found === undefined) return [];
  return [{ reason: `node(s) had untolerated taint {${found.key}: ${found.value ?? ""}}`, final: true }];
}

function affinity(pod: KubeObject, { node }: NodeView): Refusal[] {
  if (acceptsNode(pod.spec, node)) return [];
  return [{ reason: "node(s) didn't match Pod's node affinity/selector", final: true }];
}

function hostPorts(pod: KubeObject, { pods }: NodeView): Refusal[] {
  const taken = new Set(pods.flatMap(portsOnHost));
  if (!portsOnHost(pod).some((port) => taken.has(port))) return [];
  return [{ reason: "node(s) didn't have free ports for the requested pod ports", final: false }];
}

function portsOnHost({ spec }: KubeObject): string[] {
  return spec.containers.flatMap(({ ports = [] }: KubeObject["spec"]) =>
    ports
      .filter(({ hostPort }: KubeObject["spec"]) => hostPort)
      .map(({ hostPort, protocol = "TCP" }: KubeObject["spec"]) => `${protocol}/${hostPort}`),
  );
}

function resources(pod: KubeObject, { node, pods }: NodeView): Refusal[] {
  const allocatable: Record<string, string> = node.status?.allocatable ?? {};
  const refusals: Refusal[] = [];
  if (pods.length + 1 > Number(allocatable["pods"] ?? 110)) refusals.push({ reason: "Too many pods", final: false });
  for (const name of requestedNames(pod)) {
    const asked = podRequest(pod, name);
    const limit = parseQuantity(allocatable[name] ?? "0");
    const used = pods.reduce((sum, each) => sum + podRequest(each, name), 0n);
    if (asked > 0n && used + asked > limit) refusals.push({ reason: `Insufficient ${name}`, final: asked > limit });
  }
  return refusals;
}

function requestedNames({ spec }: KubeObject): string[] {
  const containers: KubeObject["spec"][] = [...spec.containers, ...(spec.initContainers ?? [])];
  return [...new Set(containers.flatMap(({ resources: asked }) => Object.keys(asked?.requests ?? {})))];
}

/**
 * Sums what a pod's containers request of a resource, in thousandths; one init container alone may need more than all of them.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podRequest({ spec }: KubeObject, name: string): bigint {
  const of = ({ resources: asked }: KubeObject["spec"]) => parseQuantity(asked?.requests?.[name] ?? "0");
  const running = spec.containers.reduce((sum: bigint, container: KubeObject["spec"]) => sum + of(container), 0n);
  return (spec.initContainers ?? []).reduce(
    (most: bigint, container: KubeObject["spec"]) => (of(container) > most ? of(container) : most),
    running,
  );
}

function spread(pod: KubeObject, view: NodeView, all: NodeView[]): Refusal[] {
  for (const constraint of pod.spec.topologySpreadConstraints ?? []) {
    if (constraint.whenUnsatisfiable === "ScheduleAnyway") continue;
    if (domainOf(view, constraint.topologyKey) === undefined) {
      const reason = "node(s) didn't match pod topology spread constraints (missing required label)";
      return [{ reason, final: true }];
    }
    if (skewOn(pod, view, all, constraint) > constraint.maxSkew) {
      return [{ reason: "node(s) didn't match pod topology spread constraints", final: false }];
    }
  }
  return [];
}

/** Says how far ahead of the emptiest domain the node's domain would be with the pod on it. */
export function skewOn(pod: KubeObject, view: NodeView, all: NodeView[], constraint: KubeObject["spec"]): number {
  const eligible = all.filter(({ node }) => acceptsNode(pod.spec, node));
  const isCounted = objectSelector(constraint.labelSelector);
  const counts = new Map<string, number>();
  for (const each of eligible) {
    const domain = domainOf(each, constraint.topologyKey);
    if (domain === undefined) continue;
    const matching = each.pods.filter(
      ({ metadata }) => metadata.namespace === pod.metadata.namespace && isCounted(metadata.labels),
    );
    counts.set(domain, (counts.get(domain) ?? 0) + matching.length);
  }
  const here = counts.get(domainOf(view, constraint.topologyKey) ?? "") ?? 0;
  const self = isCounted(pod.metadata.labels) ? 1 : 0;
  return here + self - Math.min(...counts.values());
}

function podAffinity(pod: KubeObject, view: NodeView, all: NodeView[]): Refusal[] {
  const { podAffinity: towards, podAntiAffinity: away } = pod.spec.affinity ?? {};
  for (const term of towards?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
    const isFirst =
      matchesTerm(term, pod, pod) && !all.some(({ pods }) => pods.some((each) => matchesTerm(term, pod, each)));
    if (!isFirst && !hasMatchingPod(pod, term, view, all)) {
      return [{ reason: "node(s) didn't match pod affinity rules", final: true }];
    }
  }
  for (const term of away?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
    if (hasMatchingPod(pod, term, view, all)) {
      return [{ reason: "node(s) didn't match pod anti-affinity rules", final: false }];
    }
  }
  return [];
}

/** Tells whether a pod that an affinity term of `pod` means runs in the node's topology domain. */
export function hasMatchingPod(pod: KubeObject, term: KubeObject["spec"], view: NodeView, all: NodeView[]): boolean {
  const domain = domainOf(view, term.topologyKey);
  if (domain === undefined) return false;
  return all
    .filter((each) => domainOf(each, term.topologyKey) === domain)
    .some(({ pods }) => pods.some((each) => matchesTerm(term, pod, each)));
}

function matchesTerm(term: KubeObject["spec"], pod: KubeObject, other: KubeObject): boolean {
  const namespaces: string[] = term.namespaces ?? [pod.metadata.namespace];
  const isIn = term.namespaceSelector !== undefined || namespaces.includes(other.metadata.namespace ?? "");
  return isIn && objectSelector(term.labelSelector)(other.metadata.labels);
}

function domainOf({ node }: NodeView, topologyKey: string): string | undefined {
  return node.metadata.labels?.[topologyKey];
}
