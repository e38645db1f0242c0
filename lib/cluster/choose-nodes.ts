import { parseLabelSelector } from "./label-selector.ts";
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

export interface NodeChoice {
  /** In the order of choice: one of each zone, then the second of each zone, and so on. */
  chosen: NodeFacts[];
  /** The others, sorted by zone and name, each with the reason. */
  leftOut: { node: NodeFacts; reason: string }[];
}

/**
 * Chooses the nodes that get an agent. The choice depends on names, zones and states alone, so that equal clusters give equal choices.
 *
 * Throws Diagnostic `configuration` for a selector that is none.
 */
export function chooseNodes(nodes: readonly NodeFacts[], wishes: NodeWishes = {}): NodeChoice {
  const selects = parseLabelSelector(wishes.selector ?? "", "--node-selector");
  const sorted = nodes.toSorted(byZoneThenName);
  const leftOut: NodeChoice["leftOut"] = [];
  const usable: NodeFacts[] = [];
  for (const node of sorted) {
    const reason = unusable(node, selects, wishes);
    if (reason === undefined) usable.push(node);
    else leftOut.push({ node, reason });
  }
  const spread = roundRobin(usable);
  const max = wishes.max ?? spread.length;
  const over = new Set(spread.slice(max));
  for (const node of over) leftOut.push({ node, reason: `over --max-nodes ${max}` });
  return {
    chosen: spread.slice(0, max),
    leftOut: leftOut.toSorted((one, other) => byZoneThenName(one.node, other.node)),
  };
}

function unusable(
  node: NodeFacts,
  selects: (labels: Record<string, string>) => boolean,
  { selector, tolerations = [] }: NodeWishes,
): string | undefined {
  if (node.os !== "linux") return `not linux but ${node.os === "" ? "of an unknown system" : node.os}`;
  if (!selects(node.labels)) return `not selected by ${selector ?? ""}`;
  if (!node.ready) return "not ready";
  if (node.unschedulable) return "cordoned";
  const taint = node.taints.find(
    (each) => repels(each) && !tolerations.some((toleration) => tolerates(toleration, each)),
  );
  return taint === undefined ? undefined : `taint ${written(taint)} is not tolerated`;
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
