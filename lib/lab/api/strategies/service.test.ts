import { describe, expect, test } from "vitest";
import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import { createStore } from "../store.ts";

const newStore = (serviceCidr = "10.1.0.0/16") => createStore({ serviceCidr });
const service = (name: string, spec: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { selector: { app: "ok" }, ports: [{ name: "http", port: 80, targetPort: 8080 }], ...spec },
});
const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return "nothing was refused";
};

const common = {
  selector: { app: "ok" },
  clusterIP: expect.stringMatching(/^10\.1\.\d+\.\d+$/),
  clusterIPs: [expect.stringMatching(/^10\.1\./)],
  sessionAffinity: "None",
  ipFamilies: ["IPv4"],
  ipFamilyPolicy: "SingleStack",
  internalTrafficPolicy: "Cluster",
};
const port = { name: "http", protocol: "TCP", port: 80, targetPort: 8080 };
const nodePort = expect.toSatisfy((value: number) => value >= 30_000 && value <= 32_767);

describe("a new service looks as recorded", () => {
  test("ClusterIP", () => {
    const created = newStore().create("services", service("cip", {}));
    expect(created["spec"]).toEqual({ ...common, type: "ClusterIP", ports: [port] });
    expect(created["status"]).toEqual({ loadBalancer: {} });
    expect(created.metadata).not.toHaveProperty("generation");
  });

  test("headless", () => {
    const created = newStore().create("services", service("headless", { clusterIP: "None" }));
    expect(created["spec"]).toEqual({
      ...common,
      clusterIP: "None",
      clusterIPs: ["None"],
      type: "ClusterIP",
      ports: [port],
    });
  });

  test("NodePort", () => {
    const created = newStore().create("services", service("np", { type: "NodePort" }));
    expect(created["spec"]).toEqual({
      ...common,
      type: "NodePort",
      externalTrafficPolicy: "Cluster",
      ports: [{ ...port, nodePort }],
    });
  });

  test("LoadBalancer", () => {
    const created = newStore().create("services", service("lb", { type: "LoadBalancer" }));
    expect(created["spec"]).toEqual({
      ...common,
      type: "LoadBalancer",
      externalTrafficPolicy: "Cluster",
      allocateLoadBalancerNodePorts: true,
      ports: [{ ...port, nodePort }],
    });
  });

  test("ExternalName", () => {
    const metadata = { name: "en", namespace: "default" };
    const spec = { type: "ExternalName", externalName: "example.org" };
    const created = newStore().create("services", { apiVersion: "v1", kind: "Service", metadata, spec });
    expect(created["spec"]).toEqual({ type: "ExternalName", sessionAffinity: "None", externalName: "example.org" });
  });
});

describe("a service's address", () => {
  test("is the one asked for, if that is free and in range", () => {
    const store = newStore();
    expect(store.create("services", service("dns", { clusterIP: "10.1.0.10" }))["spec"].clusterIP).toBe("10.1.0.10");
    expect(messageOf(() => store.create("services", service("dns2", { clusterIP: "10.1.0.10" })))).toBe(
      'Service "dns2" is invalid: spec.clusterIPs: Invalid value: ["10.1.0.10"]: failed to allocate IP 10.1.0.10: provided IP is already allocated',
    );
    expect(messageOf(() => store.create("services", service("far", { clusterIP: "10.2.0.10" })))).toContain(
      "The range of valid IPs is 10.1.0.0/16",
    );
  });

  test("is never given twice, until the range is used up", () => {
    const store = newStore("10.1.0.0/28");
    const addresses = Array.from(
      { length: 13 },
      (_, index) => store.create("services", service(`s${index}`, {}))["spec"].clusterIP,
    );
    expect(new Set([...addresses, "10.1.0.1"]).size).toBe(14);
    expect(() => store.create("services", service("full", {}))).toThrow("has no free address");
  });

  test("stays through updates that leave it out, and cannot be changed", () => {
    const store = newStore();
    const { spec } = store.create("services", service("cip", {}));
    expect(store.update("services", service("cip", { sessionAffinity: "ClientIP" }))["spec"]).toMatchObject({
      clusterIP: spec.clusterIP,
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
    });
    expect(messageOf(() => store.update("services", service("cip", { clusterIP: "10.1.0.77" })))).toContain(
      "may not change once set",
    );
  });

  test("is given back by a change to ExternalName", () => {
    const store = newStore();
    store.create("services", service("s", { clusterIP: "10.1.0.10" }));
    const changed = store.update("services", service("s", { type: "ExternalName", externalName: "example.org" }));
    expect(changed["spec"]).not.toHaveProperty("clusterIP");
    expect(store.create("services", service("t", { clusterIP: "10.1.0.10" }))["spec"].clusterIP).toBe("10.1.0.10");
  });
});

describe("a service's node port", () => {
  test("stays through updates, and goes with the type", () => {
    const store = newStore();
    const { spec } = store.create("services", service("np", { type: "NodePort" }));
    const updated = store.update("services", service("np", { type: "LoadBalancer" }));
    expect(updated["spec"].ports[0].nodePort).toBe(spec.ports[0].nodePort);
    expect(store.update("services", service("np", { type: "ClusterIP" }))["spec"].ports[0]).not.toHaveProperty(
      "nodePort",
    );
  });

  test("must lie in the range and be free", () => {
    const store = newStore();
    const asking = (name: string, number: number) =>
      service(name, { type: "NodePort", ports: [{ port: 80, nodePort: number }] });
    expect(messageOf(() => store.create("services", asking("low", 80)))).toContain(
      "provided port is not in the valid range. The range of valid ports is 30000-32767",
    );
    store.create("services", asking("a", 30_080));
    expect(messageOf(() => store.create("services", asking("b", 30_080)))).toContain(
      "provided port is already allocated",
    );
    store.delete("services", "a", "default");
    expect(store.create("services", asking("b", 30_080))["spec"].ports[0].nodePort).toBe(30_080);
  });

  test("also serves the health of a local load balancer", () => {
    const store = newStore();
    const created = store.create("services", service("lb", { type: "LoadBalancer", externalTrafficPolicy: "Local" }));
    expect(created["spec"].healthCheckNodePort).toEqual(nodePort);
    expect(created["spec"].healthCheckNodePort).not.toBe(created["spec"].ports[0].nodePort);
  });

  test("for health checks is reserved like any other, and stays", () => {
    const store = newStore();
    const local = { type: "LoadBalancer", externalTrafficPolicy: "Local" };
    store.create("services", service("a", { ...local, healthCheckNodePort: 30_090 }));
    expect(messageOf(() => store.create("services", service("b", { ...local, healthCheckNodePort: 30_090 })))).toBe(
      "Internal error occurred: failed to allocate requested HealthCheck NodePort 30090: provided port is already allocated",
    );
    expect(messageOf(() => store.create("services", service("b", { ...local, healthCheckNodePort: 80 })))).toContain(
      "The range of valid ports is 30000-32767",
    );
    expect(messageOf(() => store.update("services", service("a", { ...local, healthCheckNodePort: 30_091 })))).toBe(
      'Service "a" is invalid: spec.healthCheckNodePort: Forbidden: field is immutable',
    );
    expect(store.update("services", service("a", { type: "LoadBalancer" }))["spec"]).not.toHaveProperty(
      "healthCheckNodePort",
    );
    expect(store.update("services", service("a", { type: "NodePort" }))["spec"].ports[0].nodePort).toEqual(nodePort);
  });

  test("is left out of load balancers on request", () => {
    const spec = { type: "LoadBalancer", allocateLoadBalancerNodePorts: false };
    expect(newStore().create("services", service("lb", spec))["spec"].ports[0]).not.toHaveProperty("nodePort");
  });
});

test("an address in a load balancer's status is one that packets arrive with", () => {
  const store = newStore();
  store.create("services", service("lb", { type: "LoadBalancer" }));
  const ingress = [{ ip: "172.19.255.1" }, { hostname: "lb.example" }, { ip: "172.19.255.2", ipMode: "Proxy" }];
  const given = store.modify(
    "services",
    "lb",
    "default",
    (copy) => ({ ...copy, status: { loadBalancer: { ingress } } }),
    "status",
  );
  expect(given?.["status"].loadBalancer.ingress).toEqual([
    { ip: "172.19.255.1", ipMode: "VIP" },
    { hostname: "lb.example" },
    { ip: "172.19.255.2", ipMode: "Proxy" },
  ]);
});

describe("a service is refused", () => {
  test.for([
    [{ ports: [] }, "spec.ports: Required value"],
    [{ ports: [{ port: 1 }, { port: 2 }] }, "[spec.ports[0].name: Required value, spec.ports[1].name: Required value]"],
    [{ type: "Other" }, 'spec.type: Unsupported value: "Other": supported values: "ClusterIP", "ExternalName"'],
    [
      { loadBalancerSourceRanges: ["10.0.0.0/8"] },
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      { type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/8", " 10.0.0.1/33"] },
      'spec.LoadBalancerSourceRanges[1]: Invalid value: " 10.0.0.1/33": must be a valid CIDR value',
    ],
    [
      { ports: [{ port: 1, protocol: "X" }] },
      'spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
    ],
  ] as const)("for %j", ([spec, message]) => {
    expect(messageOf(() => newStore().create("services", service("s", spec)))).toContain(message);
  });
});
