import { type Path, pathGroup, pathId } from "./path.ts";
import type { Feature, Scenario } from "./scenario.ts";
import type { ClusterView, World } from "./world.ts";

/** All paths of one scenario between one ordered pair of clusters. */
export interface Group {
  scenario: Scenario;
  /** `from -> to`; with the scenario's name it is unique in a plan. */
  pair: string;
  paths: Path[];
}

/** A scenario that is not asked in one cluster, and why. */
export interface PlannedSkip {
  scenario: Scenario;
  cluster: string;
  reason: string;
}

export interface Plan {
  groups: Group[];
  skips: PlannedSkip[];
  /** Scenarios whose needs are met and which nevertheless enumerate no path. */
  empty: Scenario[];
}

/** Per cluster: null where the feature is present, else why it is not. */
export type FeatureTable = Map<string, Record<Feature, string | null>>;

/**
 * Enumerates what will be asked. Nothing needs to be deployed for it.
 *
 * Throws when two paths have the same id, which is a mistake in a scenario.
 */
export function plan(scenarios: Scenario[], world: World, features: FeatureTable): Plan {
  const groups: Group[] = [];
  const skips: PlannedSkip[] = [];
  const empty: Scenario[] = [];
  const ids = new Set<string>();
  for (const scenario of scenarios) {
    const able: ClusterView[] = [];
    for (const cluster of world.clusters) {
      const reason = reasonNotTo(scenario, features.get(cluster.name));
      if (reason === undefined) able.push(cluster);
      else skips.push({ scenario, cluster: cluster.name, reason });
    }
    if (able.length === 0) continue;
    const paths = [...scenario.paths({ clusters: able })];
    if (paths.length === 0) empty.push(scenario);
    for (const path of paths) {
      const id = pathId(scenario.name, path);
      if (ids.has(id)) throw new Error(`two paths have the id ${id}`);
      ids.add(id);
    }
    for (const [pair, ofPair] of Map.groupBy(paths, pathGroup)) groups.push({ scenario, pair, paths: ofPair });
  }
  return { groups, skips, empty };
}

function reasonNotTo({ needs }: Scenario, features: Record<Feature, string | null> | undefined): string | undefined {
  for (const need of needs) {
    const reason = features ? features[need] : "nothing is known about this cluster";
    if (reason !== null) return reason;
  }
  return undefined;
}
