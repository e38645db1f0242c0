import type { Diagnosis, EndpointFacts, PathResult } from "../report/path-result.ts";
import { endpointSentences } from "./endpoints.ts";
import type { Explanation } from "./explain.ts";
import type { Refined } from "./refine.ts";
import type { Seen } from "./seen.ts";
import { clauseOf, hintOf } from "./sentence.ts";
import { tryCommand } from "./try-command.ts";
import { neighbours } from "./neighbours.ts";

type Cause = Diagnosis["causes"][number];

const mostTold = 5;
const surely = 0.85;
const probably = 0.4;

/** Writes what was found about a cause as reports show it. */
export function causeOf(explanation: Refined, all: readonly Seen[], endpoints: readonly EndpointFacts[]): Cause {
  const { hypothesis, explained, contradicted, passed, probability } = explanation;
  const rivals = explanation.rivals.slice(0, mostTold);
  const failures = explained.flatMap((index) => all[index] ?? []);
  const touched = new Set(hypothesis.entries.map(({ seen }) => seen));
  const supports = neighbours(failures, all, touched);
  const hint = hintOf(hypothesis);
  return {
    id: hypothesis.id,
    text: `${clauseOf(hypothesis, explanation.mtuBytes)} (${extent(explanation)})${hint === undefined ? "" : ` — ${hint}`}`,
    confidence:
      explanation.doubted === true || isGuess(explanation, failures)
        ? atMostMedium(confidenceOf(explanation))
        : confidenceOf(explanation),
    probability: Math.round(probability * 1000) / 1000,
    explains: failures.map(({ path }) => path.id),
    supports,
    contradicts: contradicted.flatMap((index) => all[index]?.path.id ?? []),
    notToldFrom: rivals.map((rival) => clauseOf(rival.hypothesis)),
    evidence: [
      ...evidenceOf(failures, passed - contradicted.length, contradicted.length, supports.length),
      ...explanation.told,
      ...endpointSentences(hypothesis.element, endpoints, failures),
    ],
    try: tryCommand(hypothesis),
  };
}

function extent({ hypothesis, explained }: Explanation): string {
  const paths = `${explained.length.toLocaleString("en")} ${explained.length === 1 ? "path" : "paths"}`;
  return hypothesis.effect === "too-large" ? `${paths}; small ones pass` : paths;
}

/** What the probability knows nothing of. */
function isGuess({ hypothesis: { element }, sure }: Explanation, failures: Seen[]): boolean {
  // What is told of all nodes and was seen with one pod only may be about that pod, or its node.
  const isOfAll = element.kind === "policy" && element.node === undefined;
  return !sure || failures.every(isCutOff) || (isOfAll && sharedPods(failures).length > 0);
}

/** Pods that each of these paths begins or ends at. */
function sharedPods(failures: Seen[]): string[] {
  const ends = failures.map(({ path: { from, to } }) =>
    [from, to].map(({ cluster, node, name }) => [cluster, node, name].join(" ")),
  );
  return (ends[0] ?? []).filter((end) => ends.every((each) => each.includes(end)));
}

/** A path that worked and then did not any more: whether it does at times or never again nobody has seen. */
function isCutOff({ path: { attempts } }: Seen): boolean {
  return attempts.asExpected > 0 && attempts.last?.asExpected === false;
}

function atMostMedium(confidence: Cause["confidence"]): Cause["confidence"] {
  return confidence === "high" ? "medium" : confidence;
}

/** README.md says what the levels mean. */
function confidenceOf({ hypothesis, explained, contradicted, probability }: Explanation): Cause["confidence"] {
  // That a claim does not hold is sure, and says little about why.
  if (hypothesis.element.kind === "claim") return probability >= probably ? "medium" : "low";
  if (probability >= surely && contradicted.length === 0 && explained.length >= 2) return "high";
  return probability >= probably && contradicted.length * 4 <= explained.length ? "medium" : "low";
}

function evidenceOf(failures: Seen[], partly: number, contradicted: number, supported: number): string[] {
  const scenarios = Map.groupBy(failures, ({ path }) => path.scenario);
  const [first] = failures;
  return [
    ...[...scenarios].slice(0, mostTold).map(([scenario, of]) => `${scenario}: ${of.length} failed`),
    ...(first ? [`for example ${first.path.title}: ${shortened(first.path)}`] : []),
    ...(partly > 0 ? [`${partly} that go there too, in part, passed`] : []),
    ...(supported > 0 ? ["the same was answered elsewhere, see supports"] : []),
    ...(contradicted > 0 ? [`against it: ${contradicted} passed that should not have`] : []),
  ];
}

function shortened({ saw }: PathResult): string {
  return saw.length > 160 ? `${saw.slice(0, 157)}…` : saw;
}
