import { expect, onTestFinished, test } from "vitest";
import type { KubeObject } from "../cluster.ts";
import { findFamilies } from "./families.ts";
import type { NodeFacts } from "./nodes.ts";
import { openTestCluster } from "../test-cluster.ts";

const four = { addresses: { ipv4: ["172.19.0.2"], ipv6: [] } } as unknown as NodeFacts;
const both = { addresses: { ipv4: ["172.19.0.2"], ipv6: ["fd00::2"] } } as unknown as NodeFacts;

function podWith(addresses: string[], spec = {}): Partial<KubeObject> {
  return { spec, status: { phase: "Running", podIPs: addresses.map((ip) => ({ ip })) } };
}

async function familiesOf(nodes: NodeFacts[], pods: Partial<KubeObject>[], cidrs: string[]) {
  const { cluster, server, ...opened } = await openTestCluster();
  onTestFinished(() => opened[Symbol.asyncDispose]());
  const named = pods.map((pod, index) => ({ metadata: { name: `pod-${index}` }, ...pod }));
  server.answer("GET /api/v1/namespaces/kube-system/pods", { status: 200, body: { items: named } });
  server.answer("GET /apis/networking.k8s.io/v1", {
    status: 200,
    body: { resources: [{ kind: "ServiceCIDR", name: "servicecidrs", namespaced: false }] },
  });
  const range = { metadata: { name: "kubernetes" }, spec: { cidrs } };
  server.answer("GET /apis/networking.k8s.io/v1/servicecidrs", { status: 200, body: { items: [range] } });
  return findFamilies(cluster, nodes, undefined);
}

const dualPod = podWith(["10.0.0.2", "fd01::2"]);

test("nodes, pods and Services together make a dual-stack cluster", async () => {
  expect(await familiesOf([both, both], [dualPod], ["10.1.0.0/16", "fd02::/112"])).toEqual({
    common: ["IPv4", "IPv6"],
    notDual: null,
  });
});

test.each([
  ["a node", [both, four], [dualPod], ["10.1.0.0/16", "fd02::/112"], "nodes have no IPv6 addresses"],
  ["a pod", [both], [dualPod, podWith(["10.0.0.3"])], ["10.1.0.0/16", "fd02::/112"], "pods have no IPv6 addresses"],
  ["Services", [both], [dualPod], ["10.1.0.0/16"], "Services have no IPv6 addresses"],
])("%s without IPv6 makes it single-stack, with the reason", async (_, nodes, pods, cidrs, notDual) => {
  expect(await familiesOf(nodes, pods, cidrs)).toEqual({ common: ["IPv4"], notDual });
});

test("pods in their node's network tell nothing", async () => {
  const ofNode = podWith(["172.19.0.2"], { hostNetwork: true });
  expect((await familiesOf([both], [dualPod, ofNode], ["10.1.0.0/16", "fd02::/112"])).notDual).toBeNull();
});

test("what may not be read makes it single-stack", async () => {
  const { cluster, server, ...opened } = await openTestCluster();
  onTestFinished(() => opened[Symbol.asyncDispose]());
  const body = { kind: "Status", code: 403, reason: "Forbidden", message: "pods is forbidden" };
  server.answer("GET /api/v1/namespaces/kube-system/pods", { status: 403, body });
  expect(await findFamilies(cluster, [both], undefined)).toEqual({
    common: ["IPv4"],
    notDual: "the pods of kube-system or ServiceCIDRs may not be read",
  });
});

test("where no pod tells, the nodes do", async () => {
  expect(await familiesOf([both], [], ["10.1.0.0/16"])).toMatchObject({ common: ["IPv4"] });
});
