import { afterAll, beforeEach, expect, test } from "vitest";
import { findEntrances } from "./ingress-entrances.ts";
import { openTestCluster } from "../test-cluster.ts";

const { server, cluster, ...opened } = await openTestCluster();
afterAll(() => opened[Symbol.asyncDispose]());

const labels = { "app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/instance": "edge" };
const nginx = { name: "nginx", controller: "k8s.io/ingress-nginx", labels: {} };
const usual = { http: 80, https: 443, told: "by-status" };

function list(path: string, items: object[]): void {
  server.answer(`GET ${path}`, { status: 200, body: { items } });
}

function controller(type: string, hosts: string[] = [], changes: { nodePorts?: [number, number] } = {}): object {
  const [http, https] = changes.nodePorts ?? (type === "ClusterIP" ? [] : [30_080, 30_443]);
  return {
    metadata: { name: "controller", namespace: "edge", labels },
    spec: {
      type,
      clusterIP: "10.1.0.7",
      clusterIPs: ["10.1.0.7"],
      selector: { app: "controller" },
      ports: [
        { port: 80, protocol: "TCP", nodePort: http },
        { port: 443, protocol: "TCP", nodePort: https },
      ],
    },
    status: { loadBalancer: { ingress: hosts.map((host) => (/^\d/.test(host) ? { ip: host } : { hostname: host })) } },
  };
}

const webhook = {
  metadata: { name: "controller-admission", namespace: "edge", labels },
  spec: { type: "ClusterIP", clusterIP: "10.1.0.8", selector: { app: "controller" }, ports: [{ port: 443 }] },
};

beforeEach(() => {
  list("/api/v1/nodes", [
    { metadata: { name: "n" }, status: { addresses: [{ type: "InternalIP", address: "172.19.0.3" }] } },
  ]);
  list("/api/v1/services", []);
  list("/api/v1/namespaces/edge/pods", [{ metadata: { name: "p" }, spec: { containers: [{ ports: [] }] } }]);
});

test("the address of a load balancer is for anybody, by its number or its name", async () => {
  expect(await findEntrances(cluster, nginx, ["172.19.255.1", "lb.example"])).toEqual([
    { reach: "anybody", host: "172.19.255.1", ...usual },
    { reach: "anybody", host: "lb.example", ...usual },
  ]);
});

test("the cluster address of a Service is for pods; the node ports of that Service are for anybody", async () => {
  list("/api/v1/services", [webhook, controller("NodePort")]);
  expect(await findEntrances(cluster, nginx, ["10.1.0.7"])).toEqual([
    { reach: "own-pods", host: "10.1.0.7", ...usual },
    { reach: "anybody", host: undefined, http: 30_080, https: 30_443, told: "by-service" },
    { reach: "own-pods", host: "10.1.0.7", http: 80, https: 443, told: "by-service" },
  ]);
});

test.each(["localhost", "127.0.0.1", "::1"])("%s is for the machine below only", async (host) => {
  list("/api/v1/services", [controller("NodePort")]);
  const [first, second] = await findEntrances(cluster, nginx, [host]);
  expect(first).toEqual({ reach: "own-machine", host, ...usual });
  expect(second).toEqual({ reach: "anybody", host: undefined, http: 30_080, https: 30_443, told: "by-service" });
});

test("a node's address goes with the ports of the node that lead to the controller", async () => {
  list("/api/v1/services", [controller("NodePort")]);
  const first = async () => (await findEntrances(cluster, nginx, ["172.19.0.3"]))[0];
  expect(await first()).toMatchObject({ host: "172.19.0.3", http: 30_080, https: 30_443 });
  list("/api/v1/namespaces/edge/pods", [
    { metadata: { name: "p" }, spec: { containers: [{ ports: [{ hostPort: 80 }] }] } },
  ]);
  expect(await first()).toMatchObject({ host: "172.19.0.3", http: 80, https: 443 });
  list("/api/v1/namespaces/edge/pods", [{ metadata: { name: "p" }, spec: { hostNetwork: true, containers: [] } }]);
  expect(await first()).toMatchObject({ host: "172.19.0.3", http: 80, https: 443 });
});

test("a node's address that a load balancer publishes is that load balancer's", async () => {
  list("/api/v1/services", [controller("LoadBalancer", ["172.19.0.3"])]);
  const [first] = await findEntrances(cluster, nginx, ["172.19.0.3"]);
  expect(first).toEqual({ reach: "anybody", host: "172.19.0.3", ...usual });
});

test("without an address the Service of the controller tells where it is", async () => {
  list("/api/v1/services", [webhook, controller("LoadBalancer", ["172.19.255.9"])]);
  expect((await findEntrances(cluster, nginx, []))[0]).toEqual({
    reach: "anybody",
    host: "172.19.255.9",
    http: 80,
    https: 443,
    told: "by-service",
  });
});

test("the controller's Service is known by the labels of its class, else by its controller's name, else not at all", async () => {
  const service = controller("NodePort");
  list("/api/v1/services", [service]);
  const count = async (changes: object) => (await findEntrances(cluster, { ...nginx, ...changes }, [])).length;
  expect(await count({ controller: "example.com/other", labels })).toBe(2);
  expect(
    await count({ controller: "example.com/other", labels: { ...labels, "app.kubernetes.io/instance": "b" } }),
  ).toBe(0);
  expect(await count({ controller: "k8s.io/ingress-nginx" })).toBe(2);
  expect(await count({ controller: "example.com/other" })).toBe(0);
  expect(await count({ controller: "" })).toBe(0);
});
