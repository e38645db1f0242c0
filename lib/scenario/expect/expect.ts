import type { Outcome } from "../../probe/outcome.ts";
import { type Pod, placeName } from "../place.ts";
import type { Sighting } from "../question.ts";
import { isOfCluster, type Insiders } from "../insiders.ts";

/**
 * Whether an observation keeps the claim, and what was seen, in words; when it does, only where its outcome does not tell. `doubt` says why what was
 * seen proves nothing after all.
 */
export type Judgement = { kept: true; saw?: string } | { kept: false; saw: string; doubt?: string };

/** What a path promises. Judges observations; asks nothing itself. */
export interface Expectation {
  /** In words, for reports: `an answer from hurup/worker/echo`. Read after deployment only. */
  readonly text: string;
  /** True when silence is promised: it then needs a control that answers. */
  readonly denial: boolean;
  /** How many observations are made after convergence; each must keep the promise. */
  readonly samples: number;
  /** Pods one of which gives each answer that keeps the promise. Absent where nobody in particular does. */
  readonly answerers?: readonly Pod[];
  /** Whether the promise is broken when one of them never answers. */
  readonly each?: boolean;
  /** Of a denial: whether it promises an answer all the same, one that says no. */
  readonly saysNo?: boolean;
  judge(observation: Sighting): Judgement;
  /** Whether these answers, kept in a row, show that the promise holds by now; absent where any N of them do. */
  settled?(row: Sighting[]): boolean;
  /** Judges all observations made after convergence together; absent when each one stands for itself. */
  conclude?(observations: Sighting[]): Judgement;
  /** True when no further observation can change what `conclude` says. */
  enough?(observations: Sighting[]): boolean;
}

/** Probability with which a claim about random choice may be called broken although it is kept. */
export const alpha = 1e-6;

export const kept: Judgement = { kept: true };
/** How often a promise is looked at after convergence. */
export const defaultSamples = 5;
/** How often silence is: it costs a time-out each time. */
export const denialSamples = 2;

/**
 * Promises an answer by exactly this pod. With `clientAddress: "own"` the pod must see the address that the asker has itself; with
 * `notOf` it must not see one that this cluster put in its place: a node's, or one of its pods' networks. An address that is neither
 * may be the work of a router between asker and cluster.
 */
export function answeredBy(pod: Pod, options: { clientAddress?: "own" | { notOf: Insiders } } = {}): Expectation {
  const { clientAddress } = options;
  return {
    get text() {
      const seeing = clientAddress === undefined ? "" : ", which sees the asker's own address";
      return `an answer from ${placeName(pod)}${seeing}`;
    },
    denial: false,
    samples: defaultSamples,
    answerers: [pod],
    judge(observation) {
      const answer = answeredByOneOf(observation, [pod]);
      if (!answer.kept || clientAddress === undefined) return answer;
      const seen = observation.identity?.clientAddress ?? "";
      const own = observation.localAddress;
      if (own === undefined) return broken("an answer, to an asker that does not know its own address");
      const rewritten = clientAddress === "own" || isOfCluster(seen, pod, clientAddress.notOf);
      if (seen === own || !rewritten) return kept;
      return broken(`${placeName(pod)} saw the client address ${seen} instead of ${own}`);
    },
  };
}

/** Promises an answer by one of these pods, whichever. */
export function answeredByAny(pods: Pod[]): Expectation {
  return {
    get text() {
      return `an answer from ${oneOf(pods)}`;
    },
    denial: false,
    samples: defaultSamples,
    answerers: pods,
    judge: (observation) => answeredByOneOf(observation, pods),
  };
}

/** Promises an answer by whichever pod of a Deployment: by name, since the UIDs of those to come are not known. */
export function answeredByDeployment(of: Pick<Pod, "cluster" | "namespace" | "name">): Expectation {
  const { cluster, namespace, name } = of;
  return {
    text: `an answer from any pod of ${cluster}/${name}`,
    denial: false,
    samples: defaultSamples,
    judge(observation) {
      const { outcome, identity } = observation;
      if (outcome !== "answered" || !identity) return broken(sawText(observation));
      const own = identity.cluster === cluster && identity.namespace === namespace;
      return own && identity.pod.startsWith(`${name}-`) ? kept : broken(sawText(observation));
    },
  };
}

/**
 * Promises that each of these pods answers sooner or later and no other does. Asks until all have answered, at most so often that
 * an even random choice misses one with a probability below alpha. With `asIfAmong` more candidates than `pods` could answer
 * but must not: it asks as often as it takes to see one of those, too.
 */
export function answeredByEach(pods: Pod[], { asIfAmong = pods.length } = {}): Expectation {
  return {
    get text() {
      return `answers from each of ${pods.map(placeName).join(", ")} and from no other`;
    },
    denial: false,
    samples: samplesToSeeAll(asIfAmong),
    answerers: pods,
    each: true,
    judge: (observation) => answeredByOneOf(observation, pods),
    settled: (row) =>
      neverSeen(pods, row).length === 0 && (asIfAmong === pods.length || row.length >= samplesToSeeAll(asIfAmong)),
    conclude(observations) {
      const missing = neverSeen(pods, observations);
      if (missing.length === 0) return kept;
      return broken(`no answer from ${missing.map(placeName).join(", ")} in ${observations.length} answers`);
    },
    enough: (observations) => asIfAmong === pods.length && neverSeen(pods, observations).length === 0,
  };
}

/** Promises that one of these pods, and always the same, answers: what session affinity does. */
export function answeredByTheSame(pods: Pod[]): Expectation {
  return {
    get text() {
      return `answers from always the same of ${pods.map(placeName).join(", ")}`;
    },
    denial: false,
    // Without affinity each further answer would be by the same pod with probability 1/n.
    samples: Math.max(defaultSamples, Math.ceil(Math.log(alpha) / Math.log(1 / Math.max(2, pods.length))) + 1),
    answerers: pods,
    judge: (observation) => answeredByOneOf(observation, pods),
    conclude(observations) {
      const seen = [...new Set(observations.map(answererOf))];
      return seen.length <= 1 ? kept : broken(`answers from ${seen.join(" and ")}`);
    },
  };
}

/** Promises that this pod is reached among others of the same Service, within the number of tries that an even choice needs. */
export function reachesAmong(pod: Pod, pods: Pod[]): Expectation {
  return {
    get text() {
      return `answers from ${oneOf(pods)}, ${placeName(pod)} itself among them`;
    },
    denial: false,
    samples: samplesToSeeAll(pods.length),
    answerers: pods,
    judge: (observation) => answeredByOneOf(observation, pods),
    conclude(observations) {
      if (neverSeen([pod], observations).length === 0) return kept;
      return broken(`no answer from ${placeName(pod)} in ${observations.length} answers`);
    },
    enough: (observations) => neverSeen([pod], observations).length === 0,
  };
}

/** Promises silence of one of these kinds; any reply at all breaks it. */
export function blocked(kinds: Outcome[]): Expectation {
  return {
    text: `no answer: ${kinds.join(" or ")}`,
    denial: true,
    samples: denialSamples,
    judge: (observation) => (kinds.includes(observation.outcome) ? kept : broken(sawText(observation))),
  };
}

/** Promises nothing: what is seen is kept in the result, for what is not laid down by anybody. `why` says so in words. */
export function anything(why: string): Expectation {
  return { text: why, denial: false, samples: 0, judge: () => kept };
}

/** Promises environment variables with these values; undefined means that the variable is not set. */
export function variables(wanted: () => Record<string, string | undefined>): Expectation {
  return {
    get text() {
      return Object.entries(wanted())
        .map(([name, value]) => (value === undefined ? `no ${name}` : `${name}=${value}`))
        .join(", ");
    },
    denial: false,
    samples: 0,
    judge(observation) {
      const { outcome, environment: found } = observation;
      if (outcome !== "answered" || !found) return broken(sawText(observation));
      const wrong = Object.entries(wanted()).filter(([name, value]) => found[name] !== value);
      if (wrong.length === 0) return kept;
      return broken(
        wrong.map(([name]) => (found[name] === undefined ? `no ${name}` : `${name}=${found[name]}`)).join(", "),
      );
    },
  };
}

/** Tells in words how a probe ended. */
export function sawText(observation: Sighting): string {
  if (observation.outcome === "answered") {
    if (observation.identity) return `an answer from ${answererOf(observation)}${forwardedText(observation)}`;
    if (observation.answers)
      return `records ${observation.answers.map((answer) => `${answer.type} ${answer.data}`).join(", ")}`;
  }
  const status = observation.status === undefined ? "" : ` ${observation.status}`;
  const detail = observation.detail === undefined ? "" : ` (${observation.detail})`;
  const location = observation.location === undefined ? "" : ` to ${observation.location}`;
  return `${observation.outcome}${status}${detail}${location}`;
}

/** Number of even random choices after which one of `count` was never chosen with a probability below alpha. */
export function samplesToSeeAll(count: number): number {
  if (count <= 1) return defaultSamples;
  return Math.max(defaultSamples, Math.ceil(Math.log(alpha / count) / Math.log(1 - 1 / count)));
}

/** Judges whether exactly one of these pods gave the answer. */
export function answeredByOneOf(observation: Sighting, pods: Pod[]): Judgement {
  if (observation.outcome !== "answered" || !observation.identity) return broken(sawText(observation));
  const { uid, cluster } = observation.identity;
  return pods.some((pod) => pod.uid === uid && pod.cluster === cluster) ? kept : broken(sawText(observation));
}

function neverSeen(pods: Pod[], observations: Sighting[]): Pod[] {
  const seen = new Set(observations.map((observation) => observation.identity?.uid));
  return pods.filter((pod) => !seen.has(pod.uid));
}

function answererOf({ identity }: Sighting): string {
  return identity ? `${identity.cluster}/${identity.node}/${identity.pod}` : "nobody";
}

/** Tells what a proxy said of the asker; empty where there was none, or it said nothing. */
function forwardedText({ identity }: Sighting): string {
  const { for: client, realIp } = identity?.forwarded ?? {};
  const said = client ?? realIp;
  return said === undefined ? "" : `, forwarded for ${said}`;
}

function oneOf(pods: Pod[]): string {
  return pods.length === 1 && pods[0] ? placeName(pods[0]) : `one of ${pods.map(placeName).join(", ")}`;
}

/** The judgement that a promise is not kept. */
export function broken(saw: string): Judgement {
  return { kept: false, saw };
}
