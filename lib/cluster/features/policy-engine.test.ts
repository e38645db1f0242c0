import { afterEach, beforeEach, describe, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import type { Cilium } from "./cilium.ts";
import { findPolicyEngine } from "./policy-engine.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
});
afterEach(() => lab[Symbol.asyncDispose]());

function daemonSet(...containers: object[]): object {
  return { metadata: { name: "some", namespace: "some" }, spec: { template: { spec: { containers } } } };
}

function run(...sets: object[]): void {
  lab.server.answer("GET /apis/apps/v1/daemonsets", { status: 200, body: { items: sets } });
}

const proxy = daemonSet({ name: "kube-proxy" });

describe("who enforces policies", () => {
  test.for<[string, object, object]>([
    ["Calico", { name: "calico-node" }, { enforces: "Calico" }],
    ["kube-router", { name: "kube-router", args: ["--run-router=true"] }, { enforces: "kube-router" }],
    [
      "kube-router that does not",
      { name: "kube-router", args: ["--run-firewall=false"] },
      { enforcesNot: "kube-router runs with --run-firewall=false" },
    ],
    [
      "Amazon's agent",
      { name: "aws-eks-nodeagent", args: ["--enable-network-policy=true"] },
      { enforces: "the Amazon VPC network policy agent" },
    ],
    [
      "Amazon's agent that does not",
      { name: "aws-eks-nodeagent", args: ["--enable-network-policy=false"] },
      { enforcesNot: "the Amazon VPC network policy agent runs without --enable-network-policy=true" },
    ],
    [
      "kindnet",
      { name: "kindnet-cni", image: "docker.io/kindest/kindnetd:v20250512-df8de77b" },
      { enforces: "kindnet" },
    ],
    ["a kindnet of before", { name: "kindnet-cni", image: "docker.io/kindest/kindnetd:v20230511-dc714da8" }, {}],
    ["nobody that is known", { name: "kube-flannel" }, {}],
  ])("%s", async ([, container, engine]) => {
    run(proxy, daemonSet(container));
    expect(await findPolicyEngine(lab.cluster)).toEqual(engine);
  });

  test("is not known where DaemonSets may not be read", async () => {
    lab.server.answer("GET /apis/apps/v1/daemonsets", errors["403-forbidden"]);
    lab.server.answer("GET /apis/apps/v1/namespaces/kube-system/daemonsets", errors["403-forbidden"]);
    expect(await findPolicyEngine(lab.cluster)).toEqual({});
  });
});

describe("Cilium", () => {
  const setUp = (config: Record<string, string>): Cilium => ({
    namespace: "kube-system",
    config,
    clusterName: "default",
    peers: [],
    podRanges: [],
  });
  beforeEach(() => run(daemonSet({ name: "cilium-agent" })));

  test("enforces policies, and knows pods by identity", async () => {
    const resources = [{ name: "ciliumnetworkpolicies", kind: "CiliumNetworkPolicy", namespaced: true }];
    lab.server.answer("GET /apis/cilium.io/v2", { status: 200, body: { resources } });
    const engine = await findPolicyEngine(
      lab.cluster,
      setUp({ "enable-policy": "default", "enable-k8s-networkpolicy": "true" }),
    );
    expect(engine).toMatchObject({
      enforces: "Cilium",
      ciliumPolicies: true,
      blocksWithoutPods: expect.stringContaining("identity"),
    });
  });

  test("is taken to enforce them where its configuration may not be read", async () => {
    lab.server.answer("GET /apis/cilium.io/v2", errors["404-path"]);
    expect(await findPolicyEngine(lab.cluster)).toMatchObject({ enforces: "Cilium", ciliumPolicies: false });
  });

  test.for([
    ["enable-policy", "never"],
    ["enable-k8s-networkpolicy", "false"],
  ] as const)("is told not to: %s is %s", async ([option, value]) => {
    lab.server.answer("GET /apis/cilium.io/v2", errors["404-path"]);
    const engine = await findPolicyEngine(lab.cluster, setUp({ [option]: value }));
    expect(engine.enforcesNot).toContain(`${option} is ${value}`);
  });
});
