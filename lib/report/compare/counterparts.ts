import { closest } from "../../base/closest.ts";
import type { ClusterFacts } from "../path-result.ts";

/** Which clusters and nodes of a baseline are which of this run. */
export interface Counterparts {
  /** Contexts of the baseline, and what they are called in this run. One that is not in it has no counterpart in this run. */
  contexts: ReadonlyMap<string, string>;
  /** `same`: it is one cluster by its UID; else they were paired by their names. */
  renamed: { before: string; after: string; same: boolean }[];
  /** Contexts that stand for another cluster than in the baseline, by its UID. */
  recreated: string[];
  /** Contexts without a counterpart: of the baseline, and of this run. */
  gone: string[];
  added: string[];
  /** Nodes that only one of the runs lists, of clusters that have a counterpart; `context` is what this run calls the cluster. */
  goneNodes: NodeName[];
  addedNodes: NodeName[];
}

export interface NodeName {
  context: string;
  node: string;
}

/**
 * Finds out which clusters of two runs stand for each other: those of one name, then those that are the same by the UID of their
 * kube-system, then those whose names are most alike, then by the order of appearance.
 */
export function findCounterparts(before: ClusterFacts[], after: ClusterFacts[]): Counterparts {
  const open = { before: [...before], after: [...after] };
  const pairs = [...byName(open), ...byUid(open), ...byLikeness(open), ...byOrder(open)];
  const nodes = pairs.map(([old, now]) => ({
    gone: nodesMissing(old, now, now.context),
    added: nodesMissing(now, old, now.context),
  }));
  return {
    contexts: new Map(pairs.map(([old, now]) => [old.context, now.context])),
    renamed: pairs
      .filter(([old, now]) => old.context !== now.context)
      .map(([old, now]) => ({ before: old.context, after: now.context, same: isSame(old, now) })),
    recreated: pairs
      .filter(([old, now]) => old.context === now.context && old.uid !== "" && now.uid !== "" && !isSame(old, now))
      .map(([, now]) => now.context),
    gone: open.before.map(({ context }) => context),
    added: open.after.map(({ context }) => context),
    goneNodes: nodes.flatMap(({ gone }) => gone),
    addedNodes: nodes.flatMap(({ added }) => added),
  };
}

type ClusterPair = [before: ClusterFacts, after: ClusterFacts];

/** Clusters that have no counterpart yet; each way of finding one takes some out. */
interface Open {
  before: ClusterFacts[];
  after: ClusterFacts[];
}

function byName(open: Open): ClusterPair[] {
  return take(open, (old) => open.after.find(({ context }) => context === old.context));
}

function byUid(open: Open): ClusterPair[] {
  return take(open, (old) => open.after.find((now) => isSame(old, now)));
}

function byLikeness(open: Open): ClusterPair[] {
  return take(open, ({ context }) => {
    const names = open.after.map((now) => now.context);
    return open.after[names.indexOf(closest(context, names) ?? "")];
  });
}

function byOrder(open: Open): ClusterPair[] {
  return take(open, () => open.after[0]);
}

function take(open: Open, find: (old: ClusterFacts) => ClusterFacts | undefined): ClusterPair[] {
  return [...open.before].flatMap((old): ClusterPair[] => {
    const now = find(old);
    if (!now) return [];
    open.before = open.before.filter((each) => each !== old);
    open.after = open.after.filter((each) => each !== now);
    return [[old, now]];
  });
}

function isSame(old: ClusterFacts, now: ClusterFacts): boolean {
  return old.uid !== "" && old.uid === now.uid;
}

function nodesMissing(here: ClusterFacts, there: ClusterFacts, context: string): NodeName[] {
  const names = new Set(there.nodes.map(({ name }) => name));
  return here.nodes.filter(({ name }) => !names.has(name)).map(({ name }) => ({ context, node: name }));
}
