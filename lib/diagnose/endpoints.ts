import type { EndpointFacts } from "../report/path-result.ts";
import type { Element } from "./element.ts";
import type { Effect } from "./hypothesis.ts";
import type { Seen } from "./seen.ts";

const agrees = -4;
const differs = 3;

/**
 * Tells, as a change of a prior, what the control plane says for or against an effect on a Service's endpoints or on those who lead to them:
 * where the endpoints are not the ready pods, nobody can lead to the right ones. 0 where nobody looked.
 */
export function weightOfEndpoints(
  { kind, cluster, name }: Element,
  effect: Effect,
  facts: readonly EndpointFacts[],
): number {
  if (effect !== "missing" && effect !== "wrong" && effect !== "stale") return 0;
  const own = facts.find((each) => each.cluster === cluster && each.service === name);
  if (!own || (kind !== "backend" && kind !== "service")) return 0;
  const isDifferent = differencesOf(own).length > 0;
  if (kind === "backend") return isDifferent ? differs : agrees;
  return isDifferent ? agrees : 0;
}

/** Says what the control plane lists and who answered, where they differ. Sentences about the Service of an element; else none. */
export function endpointSentences(
  { cluster, name }: Element,
  facts: readonly EndpointFacts[],
  failures: readonly Seen[],
): string[] {
  const own = facts.find((each) => each.cluster === cluster && each.service === name);
  if (!own) return [];
  const answered = new Set(failures.flatMap(({ path }) => Object.keys(path.attempts.answeredBy ?? {})));
  const listed = own.endpoints.filter(({ ready }) => ready);
  const silent = listed.filter((each) => !answered.has(`${each.cluster}/${each.node}/${each.pod}`));
  const strangers = [...answered].filter(
    (who) => !listed.some((each) => who === `${each.cluster}/${each.node}/${each.pod}`),
  );
  return [
    ...differencesOf(own),
    ...(answered.size > 0 && silent.length > 0 && silent.length < listed.length
      ? [`listed as endpoints and never answering here: ${silent.map(({ node, pod }) => `${node}/${pod}`).join(", ")}`]
      : []),
    ...(strangers.length > 0 ? [`answered, and is no ready endpoint: ${strangers.join(", ")}`] : []),
  ];
}

function differencesOf({ cluster, endpoints, readyPods }: EndpointFacts): string[] {
  const listed = endpoints.filter((each) => each.cluster === cluster && each.ready);
  const unlisted = readyPods.filter(({ pod }) => !listed.some((each) => each.pod === pod));
  const stale = listed.filter(({ pod }) => pod !== "" && !readyPods.some((each) => each.pod === pod));
  return [
    ...unlisted.map(({ node, pod, address }) => `the pod ${node}/${pod} (${address}) is ready and no endpoint`),
    ...stale.map(({ node, pod, address }) => `the endpoint ${node}/${pod} (${address}) is no ready pod`),
  ];
}
