import { describe, expect, test } from "vitest";
import type { Family } from "../../base/family.ts";
import { answeredBy } from "../expect/expect.ts";
import { path, pathId } from "../path.ts";
import { plan } from "./plan.ts";
import { type Feature, features as allFeatures, type Scenario } from "../scenario.ts";
import { defaultSettings } from "../settings.ts";
import { type ClusterView, type LiveFacts, namespacesOf, viewCluster, type World } from "../world.ts";

const live: LiveFacts = {
  namespaces: namespacesOf("meshgate-1"),
  pods: new Map(),
  services: new Map(),
  domains: new Map(),
  takenNodePorts: new Map(),
  takenAway: new Set(),
};
const probe = () => ({ kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 1000 }) as const;
const nodes = ["worker", "worker2"].map((name) => ({ name, addresses: ["172.19.0.2"] }));
const world = (...names: string[]): World => {
  const clusters = names.map((name) => viewCluster(name, nodes, [], live));
  return {
    settings: defaultSettings,
    outsideOf: () => undefined,
    vantageOf: () => undefined,
    ingressesOf: () => [],
    clusters,
    allClusters: clusters,
  };
};
const all = Object.fromEntries(allFeatures.map((feature) => [feature, null])) as Record<Feature, string | null>;
const features = (...names: string[]) => new Map(names.map((name) => [name, all]));

const mesh: Scenario = {
  name: "mesh/all",
  claim: "all reach all",
  spec: "https://example.org",
  covers: [],
  needs: ["dns"],
  deploy: [],
  acts: (of) => [{ name: "", paths: meshPaths(of) }],
};

function* meshPaths({ clusters }: World) {
  for (const from of clusters.flatMap(({ clients }) => clients))
    for (const to of clusters.flatMap(({ echoes }) => echoes))
      yield path("tcp", { from, to, probe, expect: answeredBy(to) });
}

test("groups by ordered pair of clusters, both directions, whatever their number", () => {
  const { groups } = plan([mesh], world("a", "b", "c"), features("a", "b", "c"));
  expect(groups.map(({ pair, paths }) => `${pair}: ${paths.length}`)).toEqual(
    ["a", "b", "c"].flatMap((from) => ["a", "b", "c"].map((to) => `${from} -> ${to}: 4`)),
  );
});

test("clusters that no mesh joins are skipped in a scenario about one, in both directions", () => {
  const nodesOf = [{ name: "worker", addresses: ["172.19.0.2"] }];
  const clusters: ClusterView[] = ["a", "b", "c"].map((name) =>
    viewCluster(name, nodesOf, [], live, undefined, undefined, {
      isFirst: name === "a",
      joinedBy: () => clusters.filter((other) => name !== "c" && other.name !== "c" && other.name !== name),
    }),
  );
  const { skips } = plan([{ ...mesh, needs: ["mesh-annotations"] }], { ...world(), clusters }, features("a", "b", "c"));
  expect(skips.map(({ cluster, to, reason }) => [cluster, to, reason])).toEqual([
    ["a", "c", "no mesh joins a and c"],
    ["b", "c", "no mesh joins b and c"],
    ["c", "a", "no mesh joins c and a"],
    ["c", "b", "no mesh joins c and b"],
  ]);
});

test("a scenario about several clusters is skipped where only one has what it needs", () => {
  const lacking = { ...all, ingress: "no IngressClass" };
  const needy: Scenario = { ...mesh, needs: ["multi-cluster", "ingress"] };
  const { groups, skips, empty } = plan(
    [needy],
    world("a", "b"),
    new Map([
      ["a", all],
      ["b", lacking],
    ]),
  );
  expect(groups).toEqual([]);
  expect(empty).toEqual([]);
  expect(skips.map(({ cluster, reason }) => [cluster, reason])).toEqual([
    ["b", "no IngressClass"],
    ["a", "no other cluster has all that this scenario needs"],
  ]);
});

test("pairs that must not talk are skipped with the reason, but for a scenario that is about that", () => {
  const strict = {
    ...world("a", "b"),
    settings: { ...defaultSettings, expectations: [{ from: "a", to: "b", expect: "denied" as const }] },
  };
  const { groups, skips } = plan([mesh], strict, features("a", "b"));
  expect(groups.map(({ pair }) => pair)).toEqual(["a -> a", "b -> a", "b -> b"]);
  expect(skips).toMatchObject([{ cluster: "a", to: "b", reason: "the configuration expects that a does not reach b" }]);
  const { groups: every } = plan([{ ...mesh, judgesExpectations: true }], strict, features("a", "b"));
  expect(every).toHaveLength(4);
});

test("a scenario for each family is asked over each that clusters have, in one act, with ids of its own for IPv6", () => {
  const dual = [{ name: "worker", addresses: ["172.19.0.2", "fd00::2"] }];
  const over = (family: Family, ...names: string[]): [Family, World] => [
    family,
    { ...world(), clusters: names.map((name) => viewCluster(name, dual, [], live, family)) },
  ];
  const byFamily = new Map([over("IPv4", "a", "b"), over("IPv6", "a")]);
  const each: Scenario = { ...mesh, eachFamily: true };
  const { groups } = plan([each], world("a", "b"), features("a", "b"), byFamily);
  const ids = groups.flatMap(({ act, paths }) => paths.map((one) => pathId(each.name, act.name, one)));
  expect(ids).toEqual([
    "mesh/all/a/worker/client/a/worker/echo/tcp",
    "mesh/all/a/worker/client/a/worker/echo/tcp-ipv6",
    "mesh/all/a/worker/client/b/worker/echo/tcp",
    "mesh/all/b/worker/client/a/worker/echo/tcp",
    "mesh/all/b/worker/client/b/worker/echo/tcp",
  ]);
  expect(new Set(groups.map(({ act }) => act)).size).toBe(1);
  expect(plan([mesh], world("a"), features("a"), byFamily).groups.flatMap(({ paths }) => paths)).toHaveLength(4);
});

test("clusters without a family in common are not asked of each other, with the reason", () => {
  const [four, six] = [
    { name: "worker", addresses: ["172.19.0.2"] },
    { name: "worker", addresses: ["fd00::2"] },
  ];
  const byFamily = new Map<Family, World>([
    ["IPv4", { ...world(), clusters: [viewCluster("a", [four], [], live, "IPv4")] }],
    ["IPv6", { ...world(), clusters: [viewCluster("b", [six], [], live, "IPv6")] }],
  ]);
  const { groups, skips } = plan([{ ...mesh, eachFamily: true }], world("a", "b"), features("a", "b"), byFamily);
  expect(groups.map(({ pair }) => pair)).toEqual(["a -> a", "b -> b"]);
  const reason = "they have no address family in common";
  expect(skips).toMatchObject([
    { cluster: "a", to: "b", reason },
    { cluster: "b", to: "a", reason },
  ]);
});

test("a cluster that lacks a feature is skipped with the reason, the others are asked", () => {
  const table = features("a", "b").set("b", { ...all, dns: "no DNS Service in kube-system" });
  const { groups, skips } = plan([mesh], world("a", "b"), table);
  expect(groups.map(({ pair }) => pair)).toEqual(["a -> a"]);
  expect(skips).toMatchObject([{ cluster: "b", reason: "no DNS Service in kube-system" }]);
});

test("a scenario that enumerates nothing is told, not passed over", () => {
  const nothing = { ...mesh, name: "mesh/none", acts: () => [] };
  expect(plan([nothing], world("a"), features("a")).empty).toEqual([nothing]);
});

describe("ids", () => {
  const ids = (...names: string[]) =>
    plan([mesh], world(...names), features(...names)).groups.flatMap(({ paths }) =>
      paths.map((one) => pathId("mesh/all", "", one)),
    );

  test("are made of names and equal from run to run", () => {
    expect(ids("a")[1]).toBe("mesh/all/a/worker/client/a/worker2/echo/tcp");
    expect(ids("a")).toEqual(ids("a"));
  });

  test("stay apart for clusters with equal node names and for any form of context name", () => {
    const names = [
      "kubeadm@kubernetes",
      "arn:aws:eks:eu-west-1:1:cluster/x",
      "arn:aws:eks:eu-west-1:1:cluster",
      "my cluster",
      "100%",
    ];
    const made = ids(...names);
    expect(new Set(made).size).toBe(made.length);
    expect(made).toContain("mesh/all/my%20cluster/worker/client/arn:aws:eks:eu-west-1:1:cluster%2Fx/worker/echo/tcp");
  });

  test("of two acts stay apart", () => {
    const acts: Scenario = {
      ...mesh,
      acts: (of) => ["before", "after"].map((name) => ({ name, paths: meshPaths(of) })),
    };
    const { groups } = plan([acts], world("a"), features("a"));
    const made = groups.flatMap(({ act, paths }) => paths.map((one) => pathId("mesh/all", act.name, one)));
    expect(new Set(made).size).toBe(8);
    expect(made[0]).toBe("mesh/all/before/a/worker/client/a/worker/echo/tcp");
  });

  test("that occur twice are refused", () => {
    const twice: Scenario = {
      ...mesh,
      acts: (of) => [{ name: "", paths: [...meshPaths(of), ...meshPaths(of)] }],
    };
    expect(() => plan([twice], world("a"), features("a"))).toThrow(/two paths have the id/);
  });
});
