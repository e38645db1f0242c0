import { type Path, pathId, pathPair } from "../path.ts";
import type { Act, Feature, Scenario } from "../scenario.ts";
import { expectedBetween } from "../settings.ts";
import type { ClusterView, World, WorldsByFamily } from "../world.ts";

/** All paths of one act of a scenario between one ordered pair of clusters. */
export interface Group {
  scenario: Scenario;
  act: Act;
  /** `from -> to`; with scenario and act it is unique in a plan. */
  pair: string;
  paths: Path[];
}

/** A scenario that is not asked in one cluster, or from one cluster to another, and why. */
export interface PlannedSkip {
  scenario: Scenario;
  cluster: string;
  to?: string;
  reason: string;
}

export interface Plan {
  /** The acts of a scenario come in their order. */
  groups: Group[];
  skips: PlannedSkip[];
  /** Scenarios whose needs are met and which nevertheless enumerate no path. */
  empty: Scenario[];
}

/** Per cluster: null where the feature is present, else why it is not. */
export type FeatureTable = Map<string, Record<Feature, string | null>>;

/**
 * Enumerates what will be asked. Nothing needs to be deployed for it. With worlds of several families, scenarios that want it are
 * asked over each of them.
 *
 * Throws when two paths have the same id, which is a mistake in a scenario.
 */
export function plan(
  scenarios: Scenario[],
  world: World,
  features: FeatureTable,
  byFamily: WorldsByFamily = new Map(),
): Plan {
  const groups: Group[] = [];
  const skips: PlannedSkip[] = [];
  const empty: Scenario[] = [];
  for (const scenario of scenarios) {
    const able: ClusterView[] = [];
    for (const cluster of world.clusters) {
      const reason = reasonNotTo(scenario, features.get(cluster.name));
      if (reason === undefined) able.push(cluster);
      else skips.push({ scenario, cluster: cluster.name, reason });
    }
    const [alone, ...others] = able;
    if (!alone) continue;
    if (others.length === 0 && scenario.needs.includes("multi-cluster")) {
      skips.push({ scenario, cluster: alone.name, reason: "no other cluster has all that this scenario needs" });
      continue;
    }
    const names = new Set(able.map(({ name }) => name));
    const { acts, apart } = actsOf(scenario, world, byFamily, names);
    const ofScenario = acts.flatMap((act) => groupsOf(scenario, act));
    if (ofScenario.length === 0) empty.push(scenario);
    const { wanted, unwanted } = sortByExpectation(scenario, ofScenario, world);
    groups.push(...wanted);
    skips.push(...unwanted, ...apart, ...skipsOfUnjoined(scenario, able));
  }
  requireUniqueIds(groups);
  return { groups, skips, empty };
}

/**
 * The acts of a scenario in the clusters of these names, and which pairs of them are left out because they have no family in common.
 * Acts over several families are one act: it changes things once.
 */
function actsOf(
  scenario: Scenario,
  plain: World,
  byFamily: WorldsByFamily,
  names: ReadonlySet<string>,
): { acts: Act[]; apart: PlannedSkip[] } {
  const enumerate = (world: World) =>
    [...scenario.acts({ ...world, clusters: world.clusters.filter(({ name }) => names.has(name)) })].map((act) => ({
      ...act,
      paths: [...act.paths],
    }));
  const acts = enumerate(plain);
  if (!scenario.eachFamily || byFamily.size < 2) return { acts, apart: [] };
  const perFamily = [...byFamily.values()].flatMap(enumerate);
  const met = new Set(perFamily.flatMap(({ paths }) => paths).map(pathPair));
  const missed = Map.groupBy(
    acts.flatMap(({ paths }) => paths).filter((path) => !met.has(pathPair(path))),
    pathPair,
  );
  return {
    acts: acts.map((act) => ({
      ...act,
      paths: perFamily.filter(({ name }) => name === act.name).flatMap(({ paths }) => paths),
    })),
    apart: [...missed.values()].flatMap(([path]) => {
      const [cluster, to] = [path?.from.cluster ?? "", path?.to.cluster ?? ""];
      return cluster === "" || cluster === to
        ? []
        : [{ scenario, cluster, to, reason: "they have no address family in common" }];
    }),
  };
}

function groupsOf(scenario: Scenario, act: Act): Group[] {
  const byPair = Map.groupBy(act.paths, pathPair);
  return [...byPair].map(([pair, paths]) => ({ scenario, act, pair, paths }));
}

/** Paths between clusters that are not meant to talk prove nothing, but for a scenario that is about that. */
function sortByExpectation(scenario: Scenario, groups: Group[], { settings }: World) {
  const unwanted = new Map<string, PlannedSkip>();
  const wanted = groups.filter(({ paths: [first] }) => {
    const [from, to] = [first?.from.cluster ?? "", first?.to.cluster ?? ""];
    if (scenario.judgesExpectations || from === "" || expectedBetween(settings, from, to) === "reachable") return true;
    const reason = `the configuration expects that ${from} does not reach ${to}`;
    unwanted.set(JSON.stringify([from, to]), { scenario, cluster: from, to, reason });
    return false;
  });
  return { wanted, unwanted: [...unwanted.values()] };
}

/** A scenario about mesh-wide Services says nothing about clusters that no mesh joins. */
function skipsOfUnjoined(scenario: Scenario, able: ClusterView[]): PlannedSkip[] {
  const mechanism = (["mesh-annotations", "mesh-mcs"] as const).find((feature) => scenario.needs.includes(feature));
  if (mechanism === undefined) return [];
  return able.flatMap((cluster) => {
    const joined = cluster.joinedBy(mechanism).map(({ name }) => name);
    const unjoined = able.filter(({ name }) => name !== cluster.name && !joined.includes(name));
    return unjoined.map(({ name: to }) => ({
      scenario,
      cluster: cluster.name,
      to,
      reason: `no mesh joins ${cluster.name} and ${to}`,
    }));
  });
}

function requireUniqueIds(groups: Group[]): void {
  const ids = new Set<string>();
  for (const { scenario, act, paths } of groups)
    for (const path of paths) {
      const id = pathId(scenario.name, act.name, path);
      if (ids.has(id)) throw new Error(`two paths have the id ${id}`);
      ids.add(id);
    }
}

function reasonNotTo({ needs }: Scenario, features: Record<Feature, string | null> | undefined): string | undefined {
  for (const need of needs) {
    const reason = features ? features[need] : "nothing is known about this cluster";
    if (reason !== null) return reason;
  }
  return undefined;
}
