import type { PathResult, Verdict } from "../path-result.ts";
import type { Counterparts, NodeName } from "./counterparts.ts";
import { classOf, idInThisRun } from "./path-class.ts";

/** What stands for one question in two runs; at least one of them is there. */
export interface Pairing {
  /** Of the path in this run; of the baseline when it is not in this run. */
  id: string;
  before?: PathResult;
  after?: PathResult;
  /** For paths on other nodes, which were compared by the part they play: how many stand behind each end. */
  stand?: { before: number; after: number };
}

/**
 * Pairs the paths of two runs: by id, with clusters called as in this run; and those on nodes that only one of the runs lists with all that
 * ask the same on other nodes, the worst of each side standing for the others. Of several results with one id the worst counts.
 *
 * In the order of ids. Every path of both runs is in a pairing, but for those on a node that is gone whose like is asked elsewhere.
 */
export function pairPaths(before: PathResult[], after: PathResult[], counterparts: Counterparts): Pairing[] {
  const olds = byId(before, (path) => idInThisRun(path, counterparts.contexts));
  const news = byId(after, ({ id }) => id);
  const ids = [...new Set([...olds.keys(), ...news.keys()])].toSorted();
  const all = ids.map((id): Placed => ({ id, before: olds.get(id), after: news.get(id) }));
  const isElsewhere = elsewhere(counterparts);
  const { apart = [], together = [] } = Object.groupBy(all, (placed) =>
    !(placed.before && placed.after) && isElsewhere(placed) ? "apart" : "together",
  );
  return [...together.map(pairingOf), ...byClass(apart, all)].toSorted((one, other) => compareText(one.id, other.id));
}

interface Placed {
  id: string;
  before: PathResult | undefined;
  after: PathResult | undefined;
}

function byId(paths: PathResult[], idOf: (path: PathResult) => string): Map<string, PathResult> {
  const groups = Map.groupBy(paths, idOf);
  return new Map([...groups].map(([id, results]) => [id, worstOf(results)]));
}

function pairingOf({ id, before, after }: Placed): Pairing {
  return {
    id: after?.id ?? before?.id ?? id,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
  };
}

/** Where one side has no like on a node of its own, all of its like stand for it. */
function byClass(apart: Placed[], all: Placed[]): Pairing[] {
  const whole = Map.groupBy(all, classOfPlaced);
  return [...Map.groupBy(apart, classOfPlaced)].flatMap(([name, members]): Pairing[] => {
    const likes = whole.get(name) ?? [];
    const side = (which: "before" | "after") => {
      const own = members.flatMap((member) => member[which] ?? []);
      return own.length > 0 ? own : likes.flatMap((member) => member[which] ?? []);
    };
    const [before, after] = [side("before"), side("after")];
    const isOnlyGone = members.every((member) => !member.after) && after.some(({ verdict }) => verdict !== "skipped");
    if (isOnlyGone) return [];
    return [
      {
        ...pairingOf({
          id: name,
          before: before.length > 0 ? worstOf(before) : undefined,
          after: after.length > 0 ? worstOf(after) : undefined,
        }),
        stand: { before: before.length, after: after.length },
      },
    ];
  });
}

function classOfPlaced({ id, before, after }: Placed): string {
  const path = after ?? before;
  return path ? classOf(path, id) : id;
}

/** Whether a path is on a node that only one of the runs lists. */
function elsewhere({ goneNodes, addedNodes, contexts }: Counterparts): (placed: Placed) => boolean {
  const key = ({ context, node }: NodeName) => JSON.stringify([context, node]);
  const nodes = new Set([...goneNodes, ...addedNodes].map(key));
  return ({ before, after }) => {
    const path = after ?? before;
    return [path?.from, path?.to].some((end) => {
      if (end?.node === undefined) return false;
      const context = after ? end.cluster : (contexts.get(end.cluster) ?? end.cluster);
      return nodes.has(key({ context, node: end.node }));
    });
  };
}

const fromWorst: Verdict[] = ["failed", "broken", "passed", "skipped"];

/** Ties go to the first id, and then to the text, so that the order of paths tells nothing. */
function worstOf(results: PathResult[]): PathResult {
  const [first, ...others] = results;
  if (!first) throw new Error("the worst of no results");
  return others.reduce((worst, each) => (rank(each, worst) < 0 ? each : worst), first);
}

function rank(one: PathResult, other: PathResult): number {
  return (
    fromWorst.indexOf(one.verdict) - fromWorst.indexOf(other.verdict) ||
    compareText(one.id, other.id) ||
    compareText(JSON.stringify(one), JSON.stringify(other))
  );
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
