import { alpha, answeredByOneOf, broken, defaultSamples, type Expectation } from "./expect.ts";
import type { Pod } from "../place.ts";
import type { Sighting } from "../question.ts";
import { farthestFrom, samplesForShares, tailProbability } from "./shares.ts";

/** Pods that stand behind one Service together, under the name that reports give them, such as their cluster's. */
export interface Backends {
  name: string;
  pods: Pod[];
}

/**
 * Promises that of each of these groups some pod answers sooner or later. `others` may answer too, `never` must not, and nobody else
 * may. With `never` it is a denial: it asks as often as it takes to see one of those, and needs a control for which they do answer.
 */
export function answeredFromEach(
  groups: Backends[],
  { others = [], never = [] }: { others?: Backends[]; never?: Backends[] } = {},
): Expectation {
  const allowed = [...groups, ...others].flatMap(({ pods }) => pods);
  const forbidden = never.flatMap(({ pods }) => pods);
  const total = allowed.length + forbidden.length;
  const watched = [...groups.map(({ pods }) => pods.length), ...(forbidden.length > 0 ? [forbidden.length] : [])];
  const samples = Math.max(...watched.map((size) => samplesToSee(size / total, watched.length)));
  return {
    get text() {
      const none = never.length === 0 ? "from nowhere else" : `none from ${names(never)}`;
      const among = others.length === 0 ? "" : `, among those from ${names(others)}`;
      return `answers from ${names(groups)}${among}, and ${none}`;
    },
    denial: never.length > 0,
    samples,
    answerers: allowed,
    each: others.length === 0 && groups.every(({ pods }) => pods.length === 1),
    judge: (observation) => answeredByOneOf(observation, allowed),
    settled: (row) => silentGroups(groups, row).length === 0 && (never.length === 0 || row.length >= samples),
    conclude(observations) {
      const silent = silentGroups(groups, observations);
      if (silent.length > 0) return broken(`no answer from ${names(silent)} in ${observations.length} answers`);
      return { kept: true, saw: sharesText(groups, observations) };
    },
    enough: (observations) => never.length === 0 && silentGroups(groups, observations).length === 0,
  };
}

/**
 * Promises that the groups answer as often as an even choice among all their pods makes them: the share of each lies within what
 * chance allows but once in 1/alpha runs, and one that gets less than a quarter of its share is found out.
 */
export function answeredInShares(groups: Backends[]): Expectation {
  const pods = groups.flatMap((group) => group.pods);
  const shares = groups.map((group) => group.pods.length / pods.length);
  const eachAlpha = alpha / groups.length;
  return {
    get text() {
      const wanted = groups.map(({ name }, index) => `${percent(shares[index] ?? 0)} from ${name}`);
      return `answers in even shares: ${wanted.join(", ")}`;
    },
    denial: false,
    samples: samplesForShares(shares, eachAlpha),
    answerers: pods,
    each: groups.every((group) => group.pods.length === 1),
    judge: (observation) => answeredByOneOf(observation, pods),
    settled: (row) => silentGroups(groups, row).length === 0,
    conclude(observations) {
      const counts = groups.map((group) => countOf(group, observations));
      const saw = sharesText(groups, observations);
      const worst = farthestFrom(shares, counts, observations.length);
      const probability = tailProbability(observations.length, shares[worst] ?? 0, counts[worst] ?? 0);
      if (probability * 2 >= eachAlpha) return { kept: true, saw };
      return broken(`${saw}; by chance that happens with a probability below ${alpha}`);
    },
  };
}

/** Number of choices after which something with this share was never chosen with a probability below alpha. */
function samplesToSee(share: number, among: number): number {
  if (share >= 1) return defaultSamples;
  return Math.max(defaultSamples, Math.ceil(Math.log(alpha / among) / Math.log(1 - share)));
}

function silentGroups(groups: Backends[], observations: Sighting[]): Backends[] {
  return groups.filter((group) => countOf(group, observations) === 0);
}

function countOf({ pods }: Backends, observations: Sighting[]): number {
  return observations.filter((observation) => answeredByOneOf(observation, pods).kept).length;
}

function sharesText(groups: Backends[], observations: Sighting[]): string {
  const total = observations.length;
  const parts = groups.map((group) => {
    const count = countOf(group, observations);
    return `${count} of ${total} (${percent(count / Math.max(1, total))}) from ${group.name}`;
  });
  return `answers: ${parts.join(", ")}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function names(groups: Backends[]): string {
  return groups.map(({ name }) => name).join(", ");
}
