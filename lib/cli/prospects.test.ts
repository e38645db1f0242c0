import { expect, onTestFinished, test } from "vitest";
import type { ClusterDns } from "../cluster/features/dns.ts";
import { defaultNodePortRange } from "../cluster/features/node-port-range.ts";
import { nodeFacts } from "../cluster/features/nodes.ts";
import { openTestCluster } from "../cluster/test-cluster.ts";
import { clusterFacts, nodeTroubles, type SeenCluster } from "./prospects.ts";

const node = (name: string) =>
  nodeFacts({ apiVersion: "v1", kind: "Node", metadata: { name }, status: { addresses: [] } });
const nodePortRange = defaultNodePortRange;
const dns: ClusterDns = {
  service: { namespace: "kube-system", name: "kube-dns", addresses: ["10.1.0.10"], port: 53 },
  servers: [{ pod: "coredns-1", node: "worker-1", address: "10.0.0.8", port: 53, family: "IPv4" }],
};

async function seenCluster(changes: Partial<SeenCluster> = {}): Promise<SeenCluster> {
  const { cluster, ...lab } = await openTestCluster();
  onTestFinished(() => lab[Symbol.asyncDispose]());
  return {
    cluster,
    nodes: [node("worker-1")],
    controlPlane: [],
    nodeAddresses: [],
    leftOut: [],
    features: {},
    unsure: [],
    families: ["IPv4"],
    dns,
    addressPools: [],
    ingressClasses: [],
    nodePortRange,
    mesh: { cilium: undefined, hasExports: false, dns: false },
    joined: { "mesh-annotations": [], "mesh-mcs": [] },
    ...changes,
  };
}

test("a cluster whose wanted nodes are fit and whose DNS has servers is no trouble", async () => {
  const leftOut = [{ node: node("worker-2"), kind: "unwanted", reason: "cordoned" } as const];
  expect(nodeTroubles([await seenCluster({ leftOut }), await seenCluster({ dns: undefined })])).toEqual([]);
});

test("a node that is wanted and not fit is a trouble", async () => {
  const reason = "not ready (KubeletNotReady: container runtime network not ready)";
  const leftOut = [{ node: node("worker-2"), kind: "unfit", reason } as const];
  expect(nodeTroubles([await seenCluster({ leftOut })])).toEqual([
    {
      cluster: "test cluster",
      object: "Node//worker-2",
      message: `nothing of this node is tested: ${reason}`,
      cure:
        "Repair it, or exclude it with --node-selector or by cordoning it. " +
        "Look with: kubectl --context 'test cluster' describe node worker-2",
    },
  ]);
});

test("a DNS Service without servers is a trouble", async () => {
  expect(nodeTroubles([await seenCluster({ dns: { ...dns, servers: [] } })])).toEqual([
    {
      cluster: "test cluster",
      object: "Service/kube-system/kube-dns",
      message: "the DNS Service kube-system/kube-dns has no servers",
      cure:
        "See why it has no endpoints: kubectl --context 'test cluster' -n kube-system " +
        "get pods,endpointslices -o wide",
    },
  ]);
});

test("the reports say of each node whether it is tested and why not", async () => {
  const leftOut = [{ node: node("worker-2"), kind: "unwanted", reason: "cordoned" } as const];
  expect(clusterFacts(await seenCluster({ leftOut })).nodes).toEqual([
    { name: "worker-1", chosen: true },
    { name: "worker-2", chosen: false, reason: "cordoned" },
  ]);
});
