import { afterEach, beforeEach, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import { findLoadBalancers } from "./load-balancer.ts";
import { nodeFacts } from "./nodes.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
  answer("/api/v1/services", []);
  answer("/apis/apps/v1/namespaces/kube-system/daemonsets", []);
  answer("/apis/apps/v1/namespaces/kube-system/deployments", []);
});
afterEach(() => lab[Symbol.asyncDispose]());

const nothing =
  "nothing gives addresses to Services of type LoadBalancer: no pool of MetalLB or Cilium, no cloud provider, no Service that has one";

function answer(path: string, items: object[]): void {
  lab.server.answer(`GET ${path}`, { status: 200, body: { items } });
}

function serve(group: string, resources: [string, string, boolean][]): void {
  const body = { resources: resources.map(([kind, name, namespaced]) => ({ kind, name, namespaced })) };
  lab.server.answer(`GET /apis/${group}`, { status: 200, body });
}

function serveMetalLb(...specs: [string, object][]): void {
  serve("metallb.io/v1beta1", [["IPAddressPool", "ipaddresspools", true]]);
  answer(
    "/apis/metallb.io/v1beta1/ipaddresspools",
    specs.map(([name, spec]) => ({ metadata: { name, namespace: "metallb-system" }, spec })),
  );
}

function nodeWith(providerID?: string) {
  return nodeFacts({ apiVersion: "v1", kind: "Node", metadata: { name: "n" }, spec: { providerID } });
}

test("nothing gives addresses where there is no sign of anything; kind's nodes are no cloud's", async () => {
  expect(await findLoadBalancers(lab.cluster, [nodeWith("kind://docker/athens/n"), nodeWith()])).toEqual({
    missing: nothing,
    missingLocal: undefined,
    pools: [],
    poolsUnread: undefined,
  });
});

test("a pool of MetalLB is enough, in whatever namespace and whether or not it gives addresses by itself", async () => {
  serveMetalLb(["first", { addresses: ["172.19.255.1-172.19.255.100", "fd00::/120"], autoAssign: false }]);
  expect(await findLoadBalancers(lab.cluster, [])).toMatchObject({
    missing: undefined,
    pools: [
      {
        kind: { apiVersion: "metallb.io/v1beta1", kind: "IPAddressPool" },
        name: "first",
        namespace: "metallb-system",
        ranges: ["172.19.255.1-172.19.255.100", "fd00::/120"],
        spans: [{ family: "IPv4" }, { family: "IPv6" }],
      },
    ],
  });
});

test("a definition of pools without a pool is not", async () => {
  serveMetalLb();
  expect((await findLoadBalancers(lab.cluster, [])).missing).toBe(nothing);
});

test("Cilium's pools count once, of the newest version that has them", async () => {
  const pools = [
    {
      metadata: { name: "blue" },
      spec: { blocks: [{ cidr: "10.9.0.0/28" }, { start: "10.9.1.1", stop: "10.9.1.4" }] },
    },
  ];
  serve("cilium.io/v2alpha1", [["CiliumLoadBalancerIPPool", "ciliumloadbalancerippools", false]]);
  answer("/apis/cilium.io/v2alpha1/ciliumloadbalancerippools", pools);
  expect((await findLoadBalancers(lab.cluster, [])).pools).toMatchObject([
    { kind: { apiVersion: "cilium.io/v2alpha1" }, name: "blue", ranges: ["10.9.0.0/28", "10.9.1.1-10.9.1.4"] },
  ]);
  await lab[Symbol.asyncDispose]();
  lab = await openTestCluster();
  answer("/api/v1/services", []);
  answer("/apis/apps/v1/namespaces/kube-system/daemonsets", []);
  answer("/apis/apps/v1/namespaces/kube-system/deployments", []);
  for (const version of ["v2", "v2alpha1"]) {
    serve(`cilium.io/${version}`, [["CiliumLoadBalancerIPPool", "ciliumloadbalancerippools", false]]);
    answer(`/apis/cilium.io/${version}/ciliumloadbalancerippools`, pools);
  }
  expect((await findLoadBalancers(lab.cluster, [])).pools.map(({ kind }) => kind.apiVersion)).toEqual(["cilium.io/v2"]);
});

test("Cilium's layer 2 announcements do not go with externalTrafficPolicy Local, unless MetalLB announces", async () => {
  serve("cilium.io/v2alpha1", [["CiliumL2AnnouncementPolicy", "ciliuml2announcementpolicies", false]]);
  answer("/apis/cilium.io/v2alpha1/ciliuml2announcementpolicies", [{ metadata: { name: "all" } }]);
  const reason = "Cilium's layer 2 announcements do not support externalTrafficPolicy Local";
  expect((await findLoadBalancers(lab.cluster, [])).missingLocal).toBe(reason);
  serveMetalLb(["first", { addresses: ["10.9.0.0/28"] }]);
  expect((await findLoadBalancers(lab.cluster, [])).missingLocal).toBeUndefined();
});

test.each(["aws:///eu-west-1a/i-0", "gce://p/z/n", "azure:///subscriptions/0", "ocid1.instance.oc1..x", "hcloud://1"])(
  "a node of a cloud is enough: %s",
  async (providerID) => {
    expect((await findLoadBalancers(lab.cluster, [nodeWith(providerID)])).missing).toBeUndefined();
  },
);

test.each([[{ ip: "10.0.0.1" }], [{ hostname: "lb.example" }]])("a Service that has %j is enough", async (entry) => {
  const spec = { type: "LoadBalancer" };
  answer("/api/v1/services", [{ metadata: { name: "a" }, spec, status: { loadBalancer: { ingress: [entry] } } }]);
  expect((await findLoadBalancers(lab.cluster, [])).missing).toBeUndefined();
});

test("a Service that waits for an address, or that has one left from another type, is not", async () => {
  answer("/api/v1/services", [
    { metadata: { name: "a" }, spec: { type: "LoadBalancer" }, status: { loadBalancer: {} } },
    {
      metadata: { name: "b" },
      spec: { type: "ClusterIP" },
      status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } },
    },
  ]);
  expect((await findLoadBalancers(lab.cluster, [])).missing).toBe(nothing);
});

test("what k3s and kube-vip leave in kube-system is enough", async () => {
  const labels = { "svccontroller.k3s.cattle.io/svcname": "traefik" };
  answer("/apis/apps/v1/namespaces/kube-system/daemonsets", [{ metadata: { name: "svclb-traefik", labels } }]);
  expect((await findLoadBalancers(lab.cluster, [])).missing).toBeUndefined();
  answer("/apis/apps/v1/namespaces/kube-system/daemonsets", []);
  answer("/apis/apps/v1/namespaces/kube-system/deployments", [{ metadata: { name: "kube-vip-cloud-provider" } }]);
  expect((await findLoadBalancers(lab.cluster, [])).missing).toBeUndefined();
});

test("what may not be read counts as absent, and the reason says so", async () => {
  serveMetalLb();
  lab.server.answer("GET /apis/metallb.io/v1beta1/ipaddresspools", errors["403-forbidden"]);
  lab.server.answer("GET /api/v1/services", errors["403-forbidden"]);
  expect(await findLoadBalancers(lab.cluster, [])).toMatchObject({
    missing: `${nothing}; the pools of MetalLB or Cilium may not be read`,
    pools: [],
    poolsUnread: "the pools of MetalLB or Cilium may not be read",
  });
});
