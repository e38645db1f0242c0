import type { PathResult } from "../../report/path-result.ts";
import type { Group } from "./plan.ts";
import { describeGroup } from "./result.ts";
import { familySuffix, pathId } from "../path.ts";

/** What is known of the comparison before anything is asked; undefined for a group that is asked over one family only. */
export function plannedAgreement({ scenario, act, pair, paths }: Group) {
  const [first] = paths;
  const isOverIPv6 = paths.map((path) => pathId(scenario.name, act.name, path).endsWith(familySuffix));
  if (!first || !isOverIPv6.includes(true) || !isOverIPv6.includes(false)) return undefined;
  return describeGroup(scenario, act.name, pair, {
    variant: "families-agree",
    title: `${pair} the same over IPv4 and IPv6`,
    from: first.from.cluster,
    to: first.to.cluster,
  });
}

/**
 * Compares what was seen over IPv4 with what was seen over IPv6 between the same places. A path that keeps its promise over one
 * family only is a difference, and a difference is a finding of its own, since clients choose by themselves.
 *
 * Undefined for a group that was asked over one family only.
 */
export function agreement(group: Group, results: PathResult[]): PathResult | undefined {
  const planned = plannedAgreement(group);
  if (!planned) return undefined;
  const byId = new Map(results.map((result) => [result.id, result]));
  const pairs = results.flatMap((six): [PathResult, PathResult][] => {
    if (!six.id.endsWith(familySuffix)) return [];
    const four = byId.get(six.id.slice(0, -familySuffix.length));
    return four ? [[four, six]] : [];
  });
  const looked = pairs.filter((pair) => pair.every(({ verdict }) => verdict === "passed" || verdict === "failed"));
  const different = looked.filter(([four, six]) => four.verdict !== six.verdict);
  const verdict = different.length > 0 ? "failed" : looked.length < pairs.length ? "broken" : "passed";
  const count = `${different.length} of ${pairs.length} questions`;
  const [example] = different;
  return {
    ...planned,
    protocol: "none",
    verdict,
    flap: false,
    outcome: verdict === "broken" ? "not-run" : "answered",
    expected: "the same over IPv4 and IPv6",
    saw: example
      ? `${count} differ, such as ${example[0].title}, which fails over ${example[0].verdict === "failed" ? "IPv4" : "IPv6"} only`
      : `no difference in ${looked.length} of ${pairs.length} questions`,
    ...(verdict === "broken" ? { reason: `${pairs.length - looked.length} could not be compared` } : {}),
    attempts: { total: looked.length, asExpected: looked.length - different.length },
    timings: { totalMs: 0 },
  };
}
