import type { PathResult, Results, Trouble } from "../../report/path-result.ts";

/** Findings that evidence is gathered for together. */
export interface FindingGroup {
  /** What they have in common, in words. */
  about: string;
  paths: PathResult[];
  troubles: Trouble[];
}

/**
 * Groups what evidence is wanted for: failed paths by the cause that explains them, then those that none explains and those that could not be
 * looked at, by scenario and clusters, then troubles by cluster. Every such path is in one group. Known issues are in none, and where the run
 * was `stopped`, so that paths are broken by that, no broken ones.
 */
export function findingGroups({ paths, diagnosis, troubles }: Results, stopped = false): FindingGroup[] {
  const failed = paths.filter(({ verdict, known }) => verdict === "failed" && !known);
  const broken = paths.filter(({ verdict }) => verdict === "broken" && !stopped);
  const taken = new Set<string>();
  const byCause = (diagnosis?.causes ?? []).flatMap(({ text, explains }, index): FindingGroup[] => {
    const own = failed.filter(({ id }) => explains.includes(id) && !taken.has(id));
    for (const { id } of own) taken.add(id);
    return own.length === 0 ? [] : [{ about: `cause ${index + 1}: ${text}`, paths: own, troubles: [] }];
  });
  const unexplained = failed.filter(({ id }) => !taken.has(id));
  return [
    ...byCause,
    ...byScenario(unexplained, "broke their claims"),
    ...byScenario(broken, "could not be looked at"),
    ...byCluster(troubles),
  ];
}

function byScenario(paths: PathResult[], how: string): FindingGroup[] {
  const groups = Map.groupBy(paths, ({ scenario, group }) => `${scenario}, ${group}`);
  return [...groups].map(([where, own]) => ({ about: `${where}: paths that ${how}`, paths: own, troubles: [] }));
}

function byCluster(troubles: Trouble[]): FindingGroup[] {
  const groups = Map.groupBy(troubles, ({ cluster }) => cluster);
  return [...groups].map(([cluster, own]) => ({
    about: cluster === undefined ? "troubles of the run" : `troubles in ${cluster}`,
    paths: [],
    troubles: own,
  }));
}
