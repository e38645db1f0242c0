import { parseLabelSelector } from "../label-selector.ts";
import type { NodeFacts, Taint } from "./nodes.ts";

/** A toleration, as in a pod's spec. */
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

export interface NodeWishes {
  /** At most so many nodes; absent means all. */
  max?: number;
  /** Label selector, as kubectl takes it. */
  selector?: string;
  tolerations?: readonly Toleration[];
}

/** A node that gets no agent. */
export interface LeftOutNode {
  node: NodeFacts;
  /** `unfit`: it would have been chosen, and something is wrong with it. `unwanted`: nobody asked for it. */
  kind: "unfit" | "unwanted";
  reason: string;
}

export interface NodeChoice {
  /** In the order of choice: one of each zone, then the second of each zone, and so on. */
  chosen: NodeFacts[];
  /** The others, sorted by zone and name. */
  leftOut: LeftOutNode[];
}

/**
 * Chooses the nodes that get an agent. The choice depends on names, zones and states alone, so that equal clusters give equal choices.
 *
 * Throws Diagnostic `configuration` for a selector that is none.
 */
export function chooseNodes(nodes: readonly NodeFacts[], wishes: NodeWishes = {}): NodeChoice {
  const selects = parseLabelSelector(wishes.selector ?? "", "--node-selector");
  const leftOut: LeftOutNode[] = [];
  const wanted: NodeFacts[] = [];
  for (const node of nodes.toSorted(byZoneThenName)) {
    const reason = unwanted(node, selects, wishes);
    if (reason === undefined) wanted.push(node);
    else leftOut.push({ node, kind: "unwanted", reason });
  }
  const { max = wanted.length, tolerations = [] } = wishes;
  const spread = roundRobin(wanted);
  const firstChoice = new Set(spread.slice(0, max));
  const chosen: NodeFacts[] = [];
  for (const node of spread) {
    const reason = unfit(node, tolerations);
    if (reason !== undefined && firstChoice.has(node)) leftOut.push({ node, kind: "unfit", reason });
    else if (reason === undefined && chosen.length < max) chosen.push(node);
    else leftOut.push({ node, kind: "unwanted", reason: `over --max-nodes ${max}` });
  }
  return { chosen, leftOut: leftOut.toSorted((one, other) => byZoneThenName(one.node, other.node)) };
}

function unwanted(
  node: NodeFacts,
  selects: (labels: Record<string, string>) => boolean,
  { selector, tolerations = [] }: NodeWishes,
): string | undefined {
  if (node.os !== "linux") return `not linux but ${node.os === "" ? "of an unknown system" : node.os}`;
  if (!selects(node.labels)) return `not selected by ${selector ?? ""}`;
  if (node.unschedulable) return "cordoned";
  const taint = repelling(node, tolerations).find((each) => !tellsOfTrouble(each));
  return taint === undefined ? undefined : `taint ${written(taint)} is not tolerated`;
}

function unfit(node: NodeFacts, tolerations: readonly Toleration[]): string | undefined {
  if (node.notReady !== undefined) return `not ready (${node.notReady})`;
  const taint = repelling(node, tolerations).find(tellsOfTrouble);
  return taint === undefined ? undefined : `taint ${written(taint)} says that it is not fit for pods`;
}

/**
 * Tells whether a taint was put on a node because its kubelet, its network or an agent that it needs does not work.
 *
 * @see https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-not-ready
 */
function tellsOfTrouble({ key }: Taint): boolean {
  return /^node\.kubernetes\.io\/(not-ready|unreachable|network-unavailable)$|agent-not-ready/.test(key);
}

function repelling({ taints }: NodeFacts, tolerations: readonly Toleration[]): Taint[] {
  return taints.filter((taint) => repels(taint) && !tolerations.some((toleration) => tolerates(toleration, taint)));
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function repels(taint: Taint): boolean {
  return taint.effect === "NoSchedule" || taint.effect === "NoExecute";
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== "" && toleration.effect !== taint.effect) return false;
  if (toleration.key === undefined || toleration.key === "") return toleration.operator === "Exists";
  if (toleration.key !== taint.key) return false;
  return toleration.operator === "Exists" || (toleration.value ?? "") === taint.value;
}

function written({ key, value, effect }: Taint): string {
  return value === "" ? `${key}:${effect}` : `${key}=${value}:${effect}`;
}

/** `nodes` are sorted by zone. */
function roundRobin(nodes: NodeFacts[]): NodeFacts[] {
  const zones = [...Map.groupBy(nodes, ({ zone }) => zone ?? "").values()];
  const rounds = Math.max(0, ...zones.map((zone) => zone.length));
  return Array.from({ length: rounds }, (_, round) => zones.flatMap((zone) => zone.slice(round, round + 1))).flat();
}

function byZoneThenName(one: NodeFacts, other: NodeFacts): number {
  return compare(one.zone ?? "", other.zone ?? "") || compare(one.name, other.name);
}

/** By code unit: the same on every machine, whatever its locale. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
