import type { Bisected, PathResult, Rung, Way } from "../report/path-result.ts";
import { isLate } from "./seen.ts";

/** The ways into a workload, lowest first, as reports call them. */
export const ladder = {
  pod: "pod address",
  "cluster-address": "cluster address",
  name: "name",
  "node-port": "node port",
  "load-balancer": "load balancer",
  ingress: "ingress",
} as const satisfies Partial<Record<Rung, string>>;

type LadderRung = keyof typeof ladder;

const rungsInOrder = Object.keys(ladder) as LadderRung[];
/** Up to so many bytes of payload fit into one packet of any usual network. */
const smallBytes = 1_200;

/**
 * Names, for each failed path up the ladder, the first rung that is broken on its way: of the paths from the same node to the same backends,
 * by the same transport, family and size, the lowest that fails like it. A rung that was not asked is said to be so.
 *
 * Failed paths come in their order. Left out are denials, what is not on the ladder, and paths below which nothing was asked.
 */
export function bisect(paths: readonly PathResult[]): Bisected[] {
  const asked = paths.filter(
    ({ verdict, way }) => (verdict === "passed" || verdict === "failed") && way && isStep(way),
  );
  const byWay = Map.groupBy(asked, (path) => [keyOf(path, path.way?.rung), ...namesOf(path.way).toSorted()].join(" "));
  return asked
    .filter(({ verdict }) => verdict === "failed")
    .flatMap((path) => {
      const own = rungsInOrder.indexOf(path.way?.rung as LadderRung);
      const below = rungsInOrder
        .slice(0, own)
        .filter((rung) => leadsThrough(path, rung))
        .map((rung): Step => ({ rung, ...lookAt(path, candidates(path, rung)) }));
      if (own > 0 && below.every(({ state }) => state === "unasked")) return [];
      const [lowest] = below.filter(({ state }) => state === "broken");
      const rung = lowest?.rung ?? rungsInOrder[own] ?? "pod";
      return [{ path: path.id, rung, text: textOf(path, below, lowest) }];
    });

  function candidates(path: PathResult, rung: LadderRung): PathResult[] {
    const [key, names] = [keyOf(path, rung), namesOf(path.way).toSorted()];
    const groups = rung === "pod" ? names.map((name) => [name]) : [names];
    return groups.flatMap((group) => byWay.get([key, ...group].join(" ")) ?? []);
  }
}

interface Step {
  rung: LadderRung;
  state: "answers" | "broken" | "unasked";
  /** Pods, or nodes whose port is asked, that do not answer while others do; empty where none does. */
  some: string[];
  /** Whether what is wrong is an answer, and not the want of one. */
  isReply: boolean;
}

function isStep({ rung, denial, backends }: Way): boolean {
  return rung in ladder && !denial && backends.length > 0;
}

/** Nobody looks a name up who asks an address, so that a broken name is no part of that way. */
function leadsThrough({ way }: PathResult, rung: LadderRung): boolean {
  return rung !== "name" || way?.looksUp !== undefined;
}

/** What all paths of one ladder have in common. From outside, the ways inside of a cluster begin at the node that is asked. */
function keyOf({ from, vantage, protocol, way }: PathResult, rung: Rung | undefined): string {
  const isInside = rung === "pod" || rung === "cluster-address" || rung === "name";
  const own = { cluster: from.cluster, node: way?.fromNode ?? "nowhere" };
  const asker = isInside && (vantage !== undefined || from.cluster === "") ? way?.entrance : own;
  return [rung, asker?.cluster, asker?.node, protocol.split("/")[0], (way?.bytes ?? 0) > smallBytes].join(" ");
}

function lookAt(path: PathResult, candidates: PathResult[]): Omit<Step, "rung"> {
  const alike = candidates.filter((lower) => isBelow(lower, path));
  const asked = preferred(
    preferred(alike, ({ protocol }) => protocol === path.protocol),
    ({ way }) => way?.service === path.way?.service,
  );
  const failed = asked.filter((lower) => explains(lower, path));
  const [first] = failed;
  if (!first) return { state: asked.length === 0 ? "unasked" : "answers", some: [], isReply: false };
  const some = failed.length < asked.length ? failed.flatMap(({ way }) => placesOf(way)) : [];
  return { state: "broken", some: [...new Set(some)], isReply: isReply(first) };
}

function preferred<T>(all: T[], isPreferred: (one: T) => boolean): T[] {
  const found = all.filter(isPreferred);
  return found.length > 0 ? found : all;
}

function isBelow(lower: PathResult, path: PathResult): boolean {
  const [below, above] = [lower.way, path.way];
  if (!below || !above || lower === path) return false;
  if (below.family && above.family && below.family !== above.family) return false;
  // What a change has made of a path says nothing about those before it.
  return below.act === undefined || below.act === above.act;
}

/** Whether what is wrong below would be seen above in the same way. A promise that is none of the path's own is no reason for its failure. */
function explains(lower: PathResult, path: PathResult): boolean {
  if (lower.verdict !== "failed") return false;
  const [below, above] = [symptomOf(lower), symptomOf(path)];
  if (below === "silent") return true;
  if (below === "late") return above === "silent" || above === "late";
  return below === above && below !== "other";
}

type Symptom = "silent" | "late" | "absent" | "somebody-else" | "other";

function symptomOf(path: PathResult): Symptom {
  const { attempts, outcome, saw } = path;
  const ended = attempts.lastUnexpected?.outcome ?? outcome;
  if (isLate(path)) return "late";
  if (!["answered", "wrong-answer", "http-status"].includes(ended)) return "silent";
  if (saw.startsWith("no answer from")) return "absent";
  return saw.startsWith("an answer from") ? "somebody-else" : "other";
}

function isReply(path: PathResult): boolean {
  return ["absent", "somebody-else", "other"].includes(symptomOf(path));
}

function textOf(path: PathResult, below: Step[], lowest: Step | undefined): string {
  const reached = lowest ? below.slice(0, below.indexOf(lowest)) : below;
  const answering = reached.filter(({ state }) => state === "answers").map(({ rung }) => ladder[rung]);
  const unasked = reached.filter(({ state }) => state === "unasked").map(({ rung }) => ladder[rung]);
  const rung = ladder[lowest?.rung ?? (path.way?.rung as LadderRung)];
  const silent = answering.length > 0 ? "does not" : "does not answer";
  const fails = (lowest?.isReply ?? isReply(path)) ? "answers otherwise than promised" : silent;
  const some = lowest && lowest.some.length > 0 ? ` for ${lowest.some.join(", ")}` : "";
  return [
    answering.length > 0 ? `${answering.join(" and ")} ${answering.length === 1 ? "answers" : "answer"}, ` : "",
    `${rung} ${fails}${some}`,
    unasked.length > 0 ? `; not asked from there: ${unasked.join(", ")}` : "",
  ].join("");
}

/** What a broken rung is told by where others of it answer. */
function placesOf(way: Way | undefined): string[] {
  if (way?.entrance) return [`${way.entrance.cluster}/${way.entrance.node}`];
  return way?.rung === "pod" ? namesOf(way) : [];
}

function namesOf(way: Way | undefined): string[] {
  return (way?.backends ?? []).map(({ cluster, node, name }) => `${cluster}/${node}/${name}`);
}
