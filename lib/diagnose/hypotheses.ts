import type { EndpointFacts } from "../report/path-result.ts";
import type { Element, Kind } from "./element.ts";
import { elementId } from "./element.ts";
import { weightOfEndpoints } from "./endpoints.ts";
import type { Effect, Entry, Hypothesis } from "./hypothesis.ts";
import type { Posting, Postings } from "./postings.ts";
import { restrictionsOf } from "./restrictions.ts";
import type { Seen } from "./seen.ts";
import type { Touch } from "./touches.ts";

/** Lists everything that could be wrong and that a failed path suggests. */
export function hypothesesOf(
  all: readonly Seen[],
  postings: Postings,
  endpoints: readonly EndpointFacts[],
): Hypothesis[] {
  const counts = countKinds(postings);
  const suspected = (side: Map<string, Posting>) => [...side.values()].filter(({ failed }) => failed);
  const hypotheses = [
    ...suspected(postings.traffic).flatMap((posting) => ofTraffic(all, posting, counts)),
    ...suspected(postings.claims).map((posting) => ofClaims(all, posting, counts)),
  ];
  return hypotheses.map((hypothesis) => ({
    ...hypothesis,
    prior: hypothesis.prior + weightOfEndpoints(hypothesis.element, hypothesis.effect, endpoints),
  }));
}

/** The more of a kind there are, the less likely it is that this very one is broken. */
function countKinds({ traffic, claims }: Postings): Map<Kind, number> {
  const ids = new Map<string, Element>();
  for (const { element } of [...traffic.values(), ...claims.values()]) ids.set(elementId(element), element);
  const counts = new Map<Kind, number>();
  for (const { kind } of [...ids.values()].filter((element) => !isOneWay(element)))
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function ofTraffic(all: readonly Seen[], { element, entries }: Posting, counts: Map<Kind, number>): Hypothesis[] {
  const touched = entries.flatMap((entry) => {
    const seen = all[entry.seen];
    return "touch" in entry && seen ? [{ touch: entry.touch, seen, entry }] : [];
  });
  const base = priorOf(element, counts);
  const effects = effectsOf(element, touched);
  const id = elementId(element);
  const hypotheses = effects.map((effect): Hypothesis => ({
    effect,
    element,
    id: `${effect} ${id}`,
    entries,
    prior: base + effectPrior[effect],
  }));
  const sizes = new Set([pathsIn(entries)]);
  for (const restriction of restrictionsOf(touched)) {
    const admitted = touched.filter(({ touch, seen }) => restriction.admits(touch, seen));
    const restricted: Entry[] = admitted.map(({ entry }) => entry);
    const count = pathsIn(restricted);
    if (count === pathsIn(entries) || !admitted.some(({ seen }) => seen.symptom)) continue;
    sizes.add(count);
    const effectsHere = restriction.isOfSize
      ? (["too-large"] as const)
      : effectsOf(element, admitted).filter(
          // Chance and age do not look at ports.
          (effect) => !restriction.text.startsWith("port") || effect === "lost" || effect === "refused",
        );
    for (const effect of effectsHere)
      hypotheses.push({
        effect,
        element,
        id: `${effect} ${id}${restriction.text === "" ? "" : ` ${restriction.text}`}`,
        restriction,
        entries: restricted,
        prior: base + effectPrior[effect] + restriction.prior,
      });
  }
  return hypotheses;
}

function pathsIn(entries: readonly Entry[]): number {
  return new Set(entries.map(({ seen }) => seen)).size;
}

const ofPackets: readonly Kind[] = ["pod", "within-node", "node", "link", "clusters", "host", "outside"];

/** Effects that some failure through an element looks like. */
function effectsOf({ kind, node }: Element, touched: { touch: Touch; seen: Seen }[]): Effect[] {
  const effects = new Set<Effect>();
  for (const { seen } of touched) {
    const { symptom, partly } = seen;
    if (symptom === "silent" || symptom === "server-failure" || symptom === "absent" || symptom === "gateway")
      effects.add("lost");
    // A Service that refuses everywhere is a claim about it.
    if ((symptom === "refused" || symptom === "gateway") && (kind !== "service" || node !== undefined))
      effects.add("refused");
    if (ofPackets.includes(kind) && (symptom === "late" || (partly && symptom === "silent"))) effects.add("lossy");
    if (symptom === "late" && kind.startsWith("dns")) effects.add("slow");
    if (["proxy", "service"].includes(kind) && partly && ["silent", "refused", "late"].includes(symptom ?? ""))
      effects.add("stale");
  }
  return [...effects];
}

/** Of a claim only those aspects that failed somewhere: the others are fine, and say nothing about these. */
function ofClaims(all: readonly Seen[], { element, entries }: Posting, counts: Map<Kind, number>): Hypothesis {
  const aspects = new Set<string>();
  for (const entry of entries)
    if ("stake" in entry && all[entry.seen]?.symptom !== undefined) aspects.add(entry.stake.aspect);
  const [first] = entries;
  const [only = ""] = aspects;
  const port = element.kind === "host" && aspects.size === 1 && only.startsWith("port ") ? only : undefined;
  const effect = first && "stake" in first ? first.stake.effect : "wrong";
  return {
    effect,
    element,
    id: [effect, elementId(element), ...(port === undefined ? [] : [port])].join(" "),
    ...(port === undefined ? {} : { restriction: { text: port, admits: () => true } }),
    entries: entries.filter((entry) => "stake" in entry && aspects.has(entry.stake.aspect)),
    prior: priorOf(element, counts) + effectPrior[effect] - 0.3 * (aspects.size - 1),
  };
}

const effectPrior: Record<Effect, number> = {
  lost: 0,
  refused: -0.3,
  lossy: -1,
  slow: -1,
  "too-large": 0,
  wrong: -0.5,
  missing: -0.5,
  stale: -0.7,
  open: -0.3,
};

const kindPrior: Record<Kind, number> = {
  clusters: -1,
  node: -1.5,
  link: -1.5,
  pod: -2,
  "within-node": -2,
  addresses: -3,
  proxy: -2,
  service: -2.5,
  backend: -3,
  dns: -1.5,
  "dns-server": -1.5,
  resolver: -2,
  "node-port": -2,
  host: -2,
  outside: -2,
  hairpin: -2,
  "load-balancer": -2,
  ingress: -2,
  mesh: -2,
  policy: -2,
  masquerade: -2,
  claim: -5,
};

/** Its two-way form is there, too. */
function isOneWay({ kind, bothWays }: Element): boolean {
  return (kind === "link" || kind === "clusters") && bothWays !== true;
}

function priorOf(element: Element, counts: Map<Kind, number>): number {
  const { kind, node } = element;
  // Of what a node and its whole cluster may have, one node is the smaller mishap.
  const isOfAll = node === undefined && ["proxy", "masquerade", "node-port"].includes(kind);
  // Some policies are asked about on one node only; what one node makes of rules, all of them most often do.
  const isPolicyOfNode = kind === "policy" && node !== undefined;
  const isServiceOfNode = kind === "service" && node !== undefined;
  const special =
    (isOneWay(element) ? 0.7 : 0) + (isOfAll ? 0.3 : 0) + (isServiceOfNode ? 0.5 : 0) + (isPolicyOfNode ? 0.5 : 0);
  // What is left when nothing more is known is no choice among many.
  if (kind === "claim") return kindPrior.claim;
  return kindPrior[kind] - Math.log(counts.get(kind) ?? 1) - special;
}
