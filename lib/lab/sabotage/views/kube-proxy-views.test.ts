import { describe, expect, test } from "vitest";
import { sliceResource } from "./slice-looks.ts";
import { object, see, slice } from "./test-view.ts";

const endpoint = (address: string, nodeName: string, ready = true) => ({
  addresses: [address],
  nodeName,
  conditions: { ready, serving: ready, terminating: false },
});
const [one, two] = [endpoint("10.0.1.5", "worker"), endpoint("10.0.2.5", "worker2")];

describe("a proxy", () => {
  test("does not see a Service", () => {
    const [echo, other] = [object("echo"), object("other")];
    expect(see("kube-proxy.no-service", "services", [echo, other])).toEqual([other]);
  });

  test("misses the endpoint on the last node, unless it is the only one", () => {
    const [both, single] = [slice("both", [two, one]), slice("single", [two])];
    expect(see("kube-proxy.missing-endpoint", sliceResource, [both, single])).toEqual([
      { ...both, endpoints: [one] },
      single,
    ]);
  });

  test("sees endpoints that are gone, and new ones", () => {
    const seen = [slice("echo", [one, two]), slice("gone", [one])];
    const there = [slice("echo", [{ ...one, conditions: { ready: false } }, endpoint("10.0.1.6", "worker")])];
    expect(see("kube-proxy.stale-endpoints", sliceResource, there, { seen })).toEqual([
      slice("echo", [one, two, endpoint("10.0.1.6", "worker")]),
      slice("gone", [one]),
    ]);
  });

  test("sees the ports, too, of endpoints of a slice that has none any more", () => {
    const there = [slice("echo", [], { ports: [] })];
    const seen = [slice("echo", [one])];
    expect(see("kube-proxy.stale-endpoints", sliceResource, there, { seen })).toEqual(seen);
  });

  test("sees an endpoint become ready that was not", () => {
    const there = [slice("echo", [one])];
    const seen = [slice("echo", [endpoint("10.0.1.5", "worker", false)])];
    expect(see("kube-proxy.stale-endpoints", sliceResource, there, { seen })).toEqual(there);
  });

  test("sees Services that are gone, and their slices", () => {
    const seen = [object("gone"), object("changed")];
    const there = [object("changed", { spec: {} })];
    expect(see("kube-proxy.stale-services", "services", there, { seen })).toEqual([...there, object("gone")]);
    expect(see("kube-proxy.stale-services", sliceResource, [], { seen: [slice("gone", [one])] })).toHaveLength(1);
  });

  test("takes every endpoint for ready", () => {
    const there = [slice("echo", [endpoint("10.0.1.5", "worker", false)])];
    expect(see("kube-proxy.readiness-ignored", sliceResource, there)).toEqual([slice("echo", [one])]);
  });

  test.each([
    ["kube-proxy.no-affinity", { sessionAffinity: "ClientIP" }, { sessionAffinity: "None" }],
    ["kube-proxy.no-node-ports", { ports: [{ port: 80, nodePort: 30_080 }] }, { ports: [{ port: 80, nodePort: 0 }] }],
    ["kube-proxy.cluster-policy", { externalTrafficPolicy: "Local" }, { externalTrafficPolicy: "Cluster" }],
    ["kube-proxy.no-health-check", { healthCheckNodePort: 30_123 }, { healthCheckNodePort: 0 }],
  ])("with %s sees another Service", (view, spec, seen) => {
    expect(see(view, "services", [object("echo", { spec })])).toEqual([object("echo", { spec: seen })]);
  });

  test("takes node ports for those of another Service, port by port", () => {
    const service = (name: string, http: number, type = "NodePort") =>
      object(name, {
        spec: {
          type,
          ports: [
            { name: "http", nodePort: http },
            { name: `only-${name}`, nodePort: 1 },
          ],
        },
      });
    const inside = service("inside", 0, "ClusterIP");
    const seen = see("kube-proxy.swapped-node-ports", "services", [service("b", 2), inside, service("a", 3)]);
    expect(seen).toEqual([service("b", 3), inside, service("a", 2)]);
  });

  test("takes the endpoints of a Service for its own node's", () => {
    const there = [slice("balanced-local", [one]), slice("echo", [one])];
    expect(see("kube-proxy.endpoints-are-own", sliceResource, there, { node: "worker2" })).toEqual([
      slice("balanced-local", [{ ...one, nodeName: "worker2" }]),
      slice("echo", [one]),
    ]);
  });

  test("serves the address that the other cluster's load balancer has in its place", () => {
    const status = (...addresses: string[]) => ({
      status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip })) } },
    });
    const there = [object("own", status("172.19.255.103")), object("first", status("172.19.255.3")), object("none")];
    expect(see("kube-proxy.foreign-address", "services", there)).toEqual([
      object("own", status("172.19.255.103", "172.19.255.3")),
      there[1],
      there[2],
    ]);
  });
});
