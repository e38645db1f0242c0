import { expect, test } from "vitest";
import { loadCatalogue } from "./catalogue.ts";
import { plan } from "./run/plan.ts";
import { type Feature, features as allFeatures } from "./scenario.ts";
import { defaultSettings, type Expected } from "./settings.ts";
import { type LiveFacts, viewCluster, type World } from "./world.ts";

const live: LiveFacts = {
  namespaces: { run: "meshgate-1", other: "meshgate-1-other", host: "meshgate-1-host" },
  pods: new Map(),
  services: new Map(),
  domains: new Map(),
  takenNodePorts: new Map(),
  takenAway: new Set(),
};
const names = ["earth", "vulcan", "shared"];
const expectations: Expected[] = [
  { from: "earth", to: "shared", expect: "reachable" },
  { from: "vulcan", to: "shared", expect: "reachable" },
  { from: "earth", to: "vulcan", expect: "denied" },
  { from: "vulcan", to: "earth", expect: "denied" },
];

async function plannedPaths(settings: Partial<typeof defaultSettings>) {
  const clusters = names.map((name) => viewCluster(name, [{ name: "worker", addresses: ["172.19.0.2"] }], [], live));
  const world: World = {
    clusters,
    allClusters: clusters,
    settings: { ...defaultSettings, ...settings },
    outsideOf: () => undefined,
    vantageOf: () => undefined,
    ingressesOf: () => [],
  };
  const all = Object.fromEntries(allFeatures.map((feature) => [feature, null])) as Record<Feature, string | null>;
  const { scenarios } = await loadCatalogue(["tenancy"]);
  const { groups } = plan(scenarios, world, new Map(names.map((name) => [name, all])));
  return groups.filter(({ scenario }) => scenario.judgesExpectations);
}

test("each pair that the configuration names is asked as it expects, pods and Services, and no other pair", async () => {
  const groups = (await plannedPaths({ expectations })).filter(({ act }) => act.name === "pairs");
  const seen = groups.flatMap(({ scenario, pair, paths }) =>
    paths.map(
      ({ variant, expect: { denial } }) => `${scenario.name} ${pair} ${variant} ${denial ? "denied" : "reachable"}`,
    ),
  );
  expect(seen.toSorted()).toEqual(
    expectations
      .flatMap(({ from, to, expect: expected }) =>
        ["pod", "service"].flatMap((kind) =>
          ["http", "udp"].map((protocol) => `tenancy/${kind}s ${from} -> ${to} ${protocol}-${kind} ${expected}`),
        ),
      )
      .toSorted(),
  );
});

test("what is denied is asked from its own cluster first", async () => {
  const groups = await plannedPaths({ expectations });
  const own = groups.filter(({ act }) => act.name === "own-cluster").flatMap(({ paths }) => paths);
  const denials = groups.flatMap(({ paths }) => paths).filter(({ expect: { denial } }) => denial);
  expect(denials).toHaveLength(8);
  for (const { control, to, variant } of denials) {
    if (control === undefined) throw new Error("a denial without control");
    expect(own.includes(control)).toBe(true);
    expect([control.from.cluster, control.to === to, control.variant]).toEqual([to.cluster, true, variant]);
  }
});

test("the last expectation about a pair counts", async () => {
  const groups = await plannedPaths({
    expectations: [...expectations, { from: "earth", to: "vulcan", expect: "reachable" }],
  });
  const paths = groups.filter(({ pair }) => pair === "earth -> vulcan").flatMap((group) => group.paths);
  expect(paths.map(({ expect: { denial } }) => denial)).toEqual([false, false, false, false]);
});
