import { afterEach, beforeEach, describe, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import nodes from "../../../fixtures/recorded/nodes.json" with { type: "json" };
import type { KubeObject } from "../cluster.ts";
import { findDns } from "./dns.ts";
import { detectFeatures } from "./features.ts";
import { nodeFacts } from "./nodes.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
  answer("services", [service("metrics-dns", "None")]);
  answerSlices([]);
  lab.server.answer("GET /apis/apps/v1/daemonsets", { status: 200, body: { items: [calico] } });
  answer("pods", []);
  lab.server.answer("GET /apis/networking.k8s.io/v1/ingressclasses", { status: 200, body: { items: [] } });
  answerServices({ type: "LoadBalancer" });
  for (const kind of ["daemonsets", "deployments"])
    lab.server.answer(`GET /apis/apps/v1/namespaces/kube-system/${kind}`, { status: 200, body: { items: [] } });
  answer("configmaps/coredns", {
    data: { Corefile: ".:53 {\n    kubernetes cluster.local {\n        pods insecure\n    }\n}\n" },
  });
  lab.server.answer("GET /api/v1/namespaces/default/services/kubernetes", {
    status: 200,
    body: { spec: { clusterIP: "10.1.0.1" } },
  });
});
afterEach(() => lab[Symbol.asyncDispose]());

const calico = {
  metadata: { name: "calico-node", namespace: "kube-system" },
  spec: { template: { spec: { containers: [{ name: "calico-node" }] } } },
};
const two = nodes.items.map((item) => nodeFacts({ apiVersion: "v1", kind: "Node", ...item } as unknown as KubeObject));

function answerServices(spec: object): void {
  const status = { loadBalancer: { ingress: [{ ip: "172.19.255.1" }] } };
  const items = [{ metadata: { name: "web", namespace: "default" }, spec, status }];
  lab.server.answer("GET /api/v1/services", { status: 200, body: { items } });
}

function answer(path: string, body: unknown): void {
  const content = Array.isArray(body) ? { items: body } : body;
  lab.server.answer(`GET /api/v1/namespaces/kube-system/${path}`, { status: 200, body: content });
}

function answerSlices(...slices: object[][]): void {
  const ports = [{ name: "dns", port: 1053, protocol: "UDP" }];
  const items = slices.map((endpoints, index) => ({ metadata: { name: `s${index}` }, ports, endpoints }));
  lab.server.answer("GET /apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices", {
    status: 200,
    body: { items },
  });
}

function service(name: string, clusterIP: string): object {
  const spec = { clusterIP, clusterIPs: [clusterIP], ports: [{ port: 53, protocol: "UDP" }, { port: 9153 }] };
  return { metadata: { name, namespace: "kube-system" }, spec };
}

function endpoint(pod: string, address: string, conditions: object): object {
  return {
    addresses: [address],
    conditions,
    nodeName: `node-of-${pod}`,
    targetRef: { kind: "Pod", name: pod },
  };
}

describe("the cluster's DNS", () => {
  test("is the Service kube-dns with all servers that should answer: those that are not ready too, those on their way out not", async () => {
    answer("services/kube-dns", service("kube-dns", "10.1.0.10"));
    answerSlices([
      endpoint("b", "10.0.0.9", { ready: false, serving: false, terminating: false }),
      endpoint("a", "10.0.0.8", {}),
      endpoint("c", "10.0.0.7", { ready: false, serving: true, terminating: true }),
    ]);
    expect(await findDns(lab.cluster)).toEqual({
      service: { namespace: "kube-system", name: "kube-dns", addresses: ["10.1.0.10"], port: 53 },
      servers: [
        { pod: "a", node: "node-of-a", address: "10.0.0.8", port: 1053, family: "IPv4" },
        { pod: "b", node: "node-of-b", address: "10.0.0.9", port: 1053, family: "IPv4" },
      ],
    });
  });

  test("has each server once per family of addresses", async () => {
    answer("services/kube-dns", service("kube-dns", "10.1.0.10"));
    answerSlices([endpoint("a", "10.0.0.8", { ready: true })], [endpoint("a", "fd00::8", { ready: true })]);
    const found = await findDns(lab.cluster);
    expect(found?.servers.map(({ pod, address, family }) => [pod, address, family])).toEqual([
      ["a", "10.0.0.8", "IPv4"],
      ["a", "fd00::8", "IPv6"],
    ]);
  });

  test("is another Service of kube-system when it has dns in its name, an address and port 53", async () => {
    answer("services", [service("metrics-dns", "None"), service("rke2-coredns", "10.43.0.10")]);
    expect((await findDns(lab.cluster))?.service.name).toBe("rke2-coredns");
  });

  test("is found although it has no servers", async () => {
    answer("services/kube-dns", service("kube-dns", "10.1.0.10"));
    expect(await findDns(lab.cluster)).toMatchObject({ servers: [] });
  });
});

describe("features", () => {
  test("are all there", async () => {
    answer("services/kube-dns", service("kube-dns", "10.1.0.10"));
    const { features, dns, unsure } = await detectFeatures(lab.cluster, two);
    expect(features).toMatchObject({
      dns: null,
      "pod-names": null,
      "ipv4-only": null,
      "multi-node": null,
      "network-policy": null,
      "pod-blocks": null,
      "cilium-policy": "it has no CiliumNetworkPolicies",
    });
    expect(unsure).toEqual([]);
    expect(features).toMatchObject({ "load-balancer": null, "load-balancer-local": null });
    expect(dns?.service.addresses).toEqual(["10.1.0.10"]);
  });

  test("are missing, each with its reason", async () => {
    answer("configmaps/coredns", { data: { Corefile: "kubernetes cluster.local {\n    pods disabled\n}\n" } });
    lab.server.answer("GET /api/v1/namespaces/default/services/kubernetes", {
      status: 200,
      body: { spec: { clusterIP: "fd00::1" } },
    });
    answerServices({ type: "ClusterIP" });
    const { features, dns } = await detectFeatures(lab.cluster, two.slice(1));
    expect(dns).toBeUndefined();
    expect(features).toMatchObject({
      dns: "kube-system has no DNS Service with port 53",
      "pod-names": "CoreDNS is not configured to answer for pod names",
      "ipv4-only": "Services get IPv6 addresses by default",
      "multi-node": "only one node is used",
      "load-balancer": expect.stringMatching(/^nothing gives addresses to Services of type LoadBalancer/),
      "load-balancer-local": expect.stringMatching(/^nothing gives addresses to Services of type LoadBalancer/),
      "address-pools": "there is no pool of MetalLB or Cilium",
    });
  });

  test("that cannot be told are missing", async () => {
    lab.server.answer("GET /api/v1/namespaces/kube-system/configmaps/coredns", errors["403-forbidden"]);
    expect((await detectFeatures(lab.cluster, two)).features["pod-names"]).toBe(
      "the ConfigMap kube-system/coredns, which would tell, may not be read",
    );
  });
});
