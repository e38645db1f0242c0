import type { Confirmed, PodName } from "../report/path-result.ts";
import { askedText, isInBetween } from "./confirmations.ts";
import { type Element, elementId } from "./element.ts";
import type { Explanation } from "./explain.ts";
import type { Hypothesis } from "./hypothesis.ts";
import type { Seen } from "./seen.ts";

/** What was asked on top, and tells more about a hypothesis. */
export interface Refined extends Explanation {
  /** Bytes of the largest IP packet that passes, of a cause about large ones. */
  mtuBytes?: number;
  /** What the answers were, in words. */
  told: string[];
  /** Whether an answer speaks against it: what should be fine if it were so is not. */
  doubted?: true;
}

/** Makes an explanation say what answers to questions about it tell: a direction, a number of bytes. `all` is what its indexes are of. */
export function refine(explanation: Explanation, confirmed: readonly Confirmed[], all: readonly Seen[]): Refined {
  const { hypothesis } = explanation;
  const failures = explanation.explained.flatMap((index) => all[index] ?? []);
  const own = confirmed.filter((each) => isAbout(hypothesis, failures, each));
  if (own.length === 0) return { ...explanation, told: [] };
  if (hypothesis.effect === "too-large") return withBytes(explanation, own);
  if (own.some(({ confirmation }) => confirmation.kind === "arrival")) return withDirection(explanation, own);
  const told = own.map(({ confirmation, saw }) =>
    isOfOther(confirmation) ? `${askedText(confirmation)}: ${saw}` : saw,
  );
  const isDoubted = own.some(({ confirmation, outcomes }) => confirmation.kind === "reach" && isSilent(outcomes));
  return { ...explanation, told, ...(isDoubted ? { doubted: true } : {}) };
}

/** Whether a question is about something else than what the cause names, so that its answer needs its name. */
function isOfOther({ kind }: Confirmed["confirmation"]): boolean {
  return kind === "reach" || kind === "dns";
}

function isSilent(outcomes: Confirmed["outcomes"]): boolean {
  return Object.keys(outcomes).length > 0 && (outcomes.answered ?? 0) === 0;
}

function isAbout({ effect, element }: Hypothesis, failures: readonly Seen[], { confirmation }: Confirmed): boolean {
  const { kind } = confirmation;
  if (kind === "reach") return isInBetween(element) && failures.some((seen) => isOnWay(seen, confirmation));
  if (kind === "dns")
    return element.kind.startsWith("dns") && effect !== "wrong" && confirmation.server.cluster === element.cluster;
  if (kind === "path-mtu" ? effect !== "too-large" : effect !== "lost") return false;
  if (kind === "node")
    return element.kind === "node" && (isEnd(element, confirmation.from) || isAt(element, confirmation.to));
  if (kind !== "path-mtu" && kind !== "arrival") return false;
  return directionOf(element, confirmation) !== undefined;
}

/** Whether a path was asked by the same pod, and leads to the same one. */
function isOnWay({ path, way }: Seen, { from, to }: { from: PodName; to: PodName }): boolean {
  const asker = { cluster: path.from.cluster, node: way.fromNode ?? path.from.node ?? "", name: path.from.name };
  return isSamePod(asker, from) && way.backends.some((backend) => isSamePod(backend, to));
}

function isSamePod(one: PodName, other: PodName): boolean {
  return one.cluster === other.cluster && one.node === other.node && one.name === other.name;
}

function isAt(
  { cluster, node }: { cluster: string; node?: string },
  place: { cluster: string; node: string },
): boolean {
  return cluster === place.cluster && (node === undefined || node === place.node);
}

const isEnd = (element: Element, pod: PodName) => isAt(element, pod);

/** Whether a question goes the way in which an element is written, or back; undefined when it goes elsewhere. */
function directionOf(element: Element, { from, to }: { from: PodName; to: PodName }): "forth" | "back" | undefined {
  const { kind, to: other } = element;
  if (kind === "within-node") return isAt(element, from) && isAt(element, to) ? "forth" : undefined;
  if (!other) return isAt(element, from) ? "forth" : isAt(element, to) ? "back" : undefined;
  if (isAt(element, from) && isAt(other, to)) return "forth";
  return isAt(other, from) && isAt(element, to) ? "back" : undefined;
}

function withBytes(explanation: Explanation, own: Confirmed[]): Refined {
  const { hypothesis } = explanation;
  const { element } = hypothesis;
  const bytesOf = { forth: [] as number[], back: [] as number[] };
  for (const { confirmation, mtuBytes, thereBytes, backBytes } of own) {
    if (confirmation.kind !== "path-mtu") continue;
    const isForth = directionOf(element, confirmation) === "forth";
    const there = thereBytes ?? mtuBytes;
    const back = backBytes ?? mtuBytes;
    if (there !== undefined) bytesOf[isForth ? "forth" : "back"].push(there);
    if (back !== undefined) bytesOf[isForth ? "back" : "forth"].push(back);
  }
  const told = own.map(({ saw }) => saw);
  const numbers = [...bytesOf.forth, ...bytesOf.back];
  if (numbers.length === 0) return { ...explanation, told };
  const mtuBytes = Math.min(...numbers);
  const only = oneWay(Math.min(...bytesOf.forth), Math.min(...bytesOf.back));
  const directed = only === undefined ? element : turned(element, only);
  return {
    ...explanation,
    mtuBytes,
    told,
    hypothesis: { ...hypothesis, element: directed, id: `too-large ${elementId(directed)} over ${mtuBytes} bytes` },
  };
}

/** Only where the other way lets clearly more pass. */
function oneWay(forth: number, back: number): "forth" | "back" | undefined {
  if (!Number.isFinite(forth) || !Number.isFinite(back) || forth === back) return undefined;
  return forth < back ? "forth" : "back";
}

function withDirection(explanation: Explanation, own: Confirmed[]): Refined {
  const { hypothesis } = explanation;
  const { element } = hypothesis;
  const told = own.map(({ saw }) => saw);
  const lost = { forth: false, back: false };
  const passes = { forth: false, back: false };
  for (const { confirmation, arrived, outcomes } of own) {
    if (confirmation.kind !== "arrival" || arrived === undefined) continue;
    // Where answers come, nothing is lost by now, and nothing can be told.
    if ((outcomes.answered ?? 0) > 0) return { ...explanation, told };
    const way = directionOf(element, confirmation) ?? "forth";
    const other = way === "forth" ? "back" : "forth";
    if (arrived > 0) {
      passes[way] = true;
      lost[other] = true;
    } else lost[way] = true;
  }
  const only =
    lost.forth && passes.back && !lost.back ? "forth" : lost.back && passes.forth && !lost.forth ? "back" : undefined;
  if (only === undefined) return { ...explanation, told };
  const directed = turned(element, only);
  const text = hypothesis.restriction?.text ?? "";
  const id = [hypothesis.effect, elementId(directed), text].filter((part) => part !== "").join(" ");
  return { ...explanation, told, hypothesis: { ...hypothesis, element: directed, id } };
}

/** Writes a two-way element with the direction in which it is broken; others have none. */
function turned(element: Element, way: "forth" | "back"): Element {
  const { to, cluster, node, kind } = element;
  if (!to || element.bothWays !== true) return element;
  const here = { cluster, ...(node === undefined ? {} : { node }) };
  return way === "forth" ? { kind, ...here, to } : { kind, ...to, to: here };
}
