import { describe, expect, test } from "vitest";
import recorded from "../../../fixtures/recorded/nodes.json" with { type: "json" };
import { chooseNodes } from "./choose-nodes.ts";
import { listNodes, nodeFacts, type NodeFacts } from "./nodes.ts";
import { openTestCluster } from "../test-cluster.ts";

test("the facts of recorded nodes are read", async () => {
  await using lab = await openTestCluster();
  lab.server.answer("GET /api/v1/nodes", { status: 200, body: recorded });
  expect(await listNodes(lab.cluster)).toMatchObject([
    {
      name: "region-athens-control-plane",
      uid: "5cc615b0-368c-48d1-8b35-e0bef88d0b65",
      addresses: { ipv4: ["172.19.0.2"], ipv6: [] },
      zone: undefined,
      os: "linux",
      arch: "amd64",
      ready: true,
      notReady: undefined,
      unschedulable: false,
      taints: [],
    },
    { name: "region-athens-worker", addresses: { ipv4: ["172.19.0.3"], ipv6: [] }, ready: true },
  ]);
});

const down = { ready: false, notReady: "KubeletNotReady: container runtime network not ready" };

test.each([
  [
    "a kubelet that says so",
    [{ type: "Ready", status: "False", reason: "KubeletNotReady", message: "container runtime network not ready" }],
    "KubeletNotReady: container runtime network not ready",
  ],
  [
    "a kubelet that says nothing any more",
    [
      {
        type: "Ready",
        status: "Unknown",
        reason: "NodeStatusUnknown",
        message: "Kubelet stopped posting node status.",
      },
    ],
    "NodeStatusUnknown: Kubelet stopped posting node status.",
  ],
  ["no condition at all", [], "it has no condition Ready"],
])("a node is not ready by %s", (_, conditions, notReady) => {
  const read = nodeFacts({ apiVersion: "v1", kind: "Node", metadata: { name: "n" }, status: { conditions } });
  expect(read).toMatchObject({ ready: false, notReady });
});

function node(name: string, changes: Partial<NodeFacts> = {}): NodeFacts {
  return {
    name,
    uid: name,
    providerId: "",
    addresses: { ipv4: [], ipv6: [] },
    zone: undefined,
    os: "linux",
    arch: "amd64",
    ready: true,
    notReady: undefined,
    unschedulable: false,
    taints: [],
    labels: {},
    ...changes,
  };
}

function choice(
  nodes: NodeFacts[],
  wishes?: Parameters<typeof chooseNodes>[1],
): { chosen: string[]; leftOut: string[] } {
  const { chosen, leftOut } = chooseNodes(nodes, wishes);
  return {
    chosen: chosen.map(({ name }) => name),
    leftOut: leftOut.map((each) => `${each.node.name}: ${each.reason}`),
  };
}

describe("nodes are chosen", () => {
  const zoned = [
    node("b2", { zone: "b" }),
    node("a3", { zone: "a" }),
    node("a1", { zone: "a" }),
    node("c1", { zone: "c" }),
    node("a2", { zone: "a" }),
    node("b1", { zone: "b" }),
  ];

  test("one of each zone in turn, whatever their order", () => {
    const expected = { chosen: ["a1", "b1", "c1", "a2", "b2", "a3"], leftOut: [] };
    expect(choice(zoned)).toEqual(expected);
    expect(choice(zoned.toReversed())).toEqual(expected);
  });

  test("up to a number, and the others are left out by zone and name", () => {
    expect(choice(zoned, { max: 4 })).toEqual({
      chosen: ["a1", "b1", "c1", "a2"],
      leftOut: ["a3: over --max-nodes 4", "b2: over --max-nodes 4"],
    });
  });

  test("by a selector", () => {
    const nodes = [node("x", { labels: { tier: "web" } }), node("y", { labels: { tier: "db" } })];
    expect(choice(nodes, { selector: "tier!=db" })).toEqual({
      chosen: ["x"],
      leftOut: ["y: not selected by tier!=db"],
    });
  });

  test("unless something speaks against them", () => {
    const nodes = [
      node("1-windows", { os: "windows" }),
      node("2-down", {
        ...down,
        taints: [{ key: "node.kubernetes.io/not-ready", value: "", effect: "NoExecute" }],
      }),
      node("3-cordoned", { unschedulable: true }),
      node("4-control", {
        taints: [{ key: "node-role.kubernetes.io/control-plane", value: "", effect: "NoSchedule" }],
      }),
      node("5-preferred", { taints: [{ key: "slow", value: "yes", effect: "PreferNoSchedule" }] }),
      node("6-gpu", { taints: [{ key: "gpu", value: "a100", effect: "NoSchedule" }] }),
    ];
    expect(choice(nodes)).toEqual({
      chosen: ["5-preferred"],
      leftOut: [
        "1-windows: not linux but windows",
        "2-down: not ready (KubeletNotReady: container runtime network not ready)",
        "3-cordoned: cordoned",
        "4-control: taint node-role.kubernetes.io/control-plane:NoSchedule is not tolerated",
        "6-gpu: taint gpu=a100:NoSchedule is not tolerated",
      ],
    });
    const tolerations = [{ key: "gpu", operator: "Equal", value: "a100" }];
    expect(choice(nodes, { tolerations }).chosen).toEqual(["5-preferred", "6-gpu"]);
    expect(choice(nodes, { tolerations: [{ operator: "Exists" }] }).chosen).toEqual([
      "4-control",
      "5-preferred",
      "6-gpu",
    ]);
    expect(choice(nodes, { tolerations: [{ key: "gpu", value: "h100" }] }).chosen).toEqual(["5-preferred"]);
    expect(choice(nodes, { tolerations: [{ key: "gpu", operator: "Exists", effect: "NoExecute" }] }).chosen).toEqual([
      "5-preferred",
    ]);
  });

  describe("and those left out are told apart:", () => {
    const kinds = (nodes: NodeFacts[], wishes?: Parameters<typeof chooseNodes>[1]): string[] =>
      chooseNodes(nodes, wishes).leftOut.map((each) => `${each.node.name}: ${each.kind}`);
    const tainted = (name: string, key: string, changes: Partial<NodeFacts> = {}): NodeFacts =>
      node(name, { taints: [{ key, value: "", effect: "NoSchedule" }], ...changes });

    test("a node that is not fit for pods is unfit", () => {
      const nodes = [
        node("1-down", down),
        tainted("2-not-ready", "node.kubernetes.io/not-ready"),
        tainted("3-unreachable", "node.kubernetes.io/unreachable"),
        tainted("4-network", "node.kubernetes.io/network-unavailable"),
        tainted("5-cilium", "node.cilium.io/agent-not-ready"),
        tainted("6-scaled", "ignore-taint.cluster-autoscaler.kubernetes.io/cilium-agent-not-ready"),
        node("7-fit"),
      ];
      expect(kinds(nodes)).toEqual(nodes.slice(0, 6).map(({ name }) => `${name}: unfit`));
      expect(choice(nodes).leftOut[4]).toBe(
        "5-cilium: taint node.cilium.io/agent-not-ready:NoSchedule says that it is not fit for pods",
      );
    });

    test("a node that nobody asked for is unwanted, also when it is not fit", () => {
      const unwanted = [
        node("1-windows", { ...down, os: "windows" }),
        node("2-other", { ...down, labels: { tier: "db" } }),
        node("3-cordoned", { ...down, unschedulable: true }),
        node("4-control", {
          ...down,
          taints: [
            { key: "node.kubernetes.io/not-ready", value: "", effect: "NoExecute" },
            { key: "node-role.kubernetes.io/control-plane", value: "", effect: "NoSchedule" },
          ],
        }),
      ];
      expect(kinds(unwanted, { selector: "tier!=db" })).toEqual(unwanted.map(({ name }) => `${name}: unwanted`));
    });

    test("a taint that is tolerated says nothing", () => {
      const tolerations = [{ key: "node.cilium.io/agent-not-ready", operator: "Exists" }];
      expect(choice([tainted("a", "node.cilium.io/agent-not-ready")], { tolerations }).chosen).toEqual(["a"]);
      expect(kinds([node("a", down)], { tolerations: [{ operator: "Exists" }] })).toEqual(["a: unfit"]);
    });

    test("with a limit, a node that is not fit is missed only where it would have been chosen; another takes its place", () => {
      const nodes = [node("a", down), node("b"), node("c"), node("d", down)];
      expect(chooseNodes(nodes, { max: 2 })).toMatchObject({
        chosen: [{ name: "b" }, { name: "c" }],
        leftOut: [
          { node: { name: "a" }, kind: "unfit" },
          { node: { name: "d" }, kind: "unwanted", reason: "over --max-nodes 2" },
        ],
      });
    });
  });

  test("none of none", () => {
    expect(choice([])).toEqual({ chosen: [], leftOut: [] });
  });
});
