import type { PathResult, Results } from "../path-result.ts";
import type { Counterparts } from "./counterparts.ts";

/** Makes the function that says why a path of a baseline is not in this run, as far as this run tells. */
export function whyMissing(
  { clusters, scenarios, paths }: Pick<Results, "clusters" | "scenarios" | "paths">,
  { contexts }: Counterparts,
): (path: PathResult) => string {
  const skips = Map.groupBy(
    paths.filter(({ verdict }) => verdict === "skipped"),
    ({ scenario }) => scenario,
  );
  const chosen = scenarios && new Set([...scenarios.map(({ name }) => name), ...paths.map(({ scenario }) => scenario)]);
  return (path) => skipOf(path) ?? leftOut(path) ?? placesOf(path) ?? "this run has no such path";

  function skipOf({ scenario, from, to }: PathResult): string | undefined {
    const ends = new Set([from.cluster, to.cluster].map(nameNow));
    // A skip of one pair says nothing of another one.
    return skips.get(scenario)?.find((skip) => ends.has(skip.from.cluster) && ends.has(skip.to.cluster))?.reason;
  }

  function leftOut({ scenario }: PathResult): string | undefined {
    return chosen && !chosen.has(scenario) ? `this run leaves ${scenario} out` : undefined;
  }

  function placesOf({ from, to }: PathResult): string | undefined {
    return reasonAt(from) ?? reasonAt(to);
  }

  function reasonAt({ cluster, node }: PathResult["from"]): string | undefined {
    if (cluster === "") return undefined;
    const facts = clusters.find(({ context }) => context === nameNow(cluster));
    if (!facts) return `the cluster ${cluster} is not in this run`;
    if (node === undefined) return undefined;
    const found = facts.nodes.find(({ name }) => name === node);
    if (!found) return `the node ${node} is not in the cluster ${facts.context}`;
    return found.chosen ? undefined : `the node ${node} is left out: ${found.reason ?? "no reason is given"}`;
  }

  function nameNow(context: string): string {
    return contexts.get(context) ?? context;
  }
}
