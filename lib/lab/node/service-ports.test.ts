import { describe, expect, it } from "vitest";
import type { KubeObject } from "../model.ts";
import { servicePorts } from "./service-ports.ts";

const service = (spec: Record<string, unknown>, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "echo", namespace: "shop", labels },
  spec: { clusterIP: "10.1.0.80", ports: [{ port: 80 }], ...spec },
});

const slice = (fields: Record<string, unknown>): KubeObject => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "echo-abc", namespace: "shop" },
  addressType: "IPv4",
  ports: [{ port: 8080 }],
  endpoints: [],
  ...fields,
});

describe("servicePorts", () => {
  it("gives nothing for Services that have no address of their own, or another proxy", () => {
    expect(servicePorts(service({ clusterIP: "None", clusterIPs: ["None"] }), [], "IPv4")).toEqual([]);
    expect(servicePorts(service({ clusterIP: "" }), [], "IPv4")).toEqual([]);
    expect(servicePorts(service({ type: "ExternalName", externalName: "example.org" }), [], "IPv4")).toEqual([]);
    expect(servicePorts(service({}, { "service.kubernetes.io/service-proxy-name": "other" }), [], "IPv4")).toEqual([]);
  });

  it("joins each port with the slices' port of the same name and protocol", () => {
    const ports = [
      { name: "web", port: 80, protocol: "TCP" },
      { name: "dns", port: 53, protocol: "UDP" },
      { name: "stream", port: 90, protocol: "SCTP" },
    ];
    const slices = [
      slice({
        ports: [
          { name: "dns", port: 5353, protocol: "UDP" },
          { name: "web", port: 8080, protocol: "TCP" },
        ],
        endpoints: [{ addresses: ["10.0.1.2"] }],
      }),
      slice({ ports: [{ name: "web", port: 8081 }], endpoints: [{ addresses: ["10.0.1.3"] }] }),
      slice({ addressType: "IPv6", ports: [{ name: "web", port: 1 }], endpoints: [{ addresses: ["fd00::1"] }] }),
    ];
    const found = servicePorts(service({ ports }), slices, "IPv4");
    expect(
      found.map(({ key, protocol, port, endpoints }) => [
        key,
        protocol,
        port,
        endpoints.map((endpoint) => `${endpoint.address}:${endpoint.port}`),
      ]),
    ).toEqual([
      ["shop/echo/tcp/web", "tcp", 80, ["10.0.1.2:8080", "10.0.1.3:8081"]],
      ["shop/echo/udp/dns", "udp", 53, ["10.0.1.2:5353"]],
    ]);
  });

  it("reads the ways in from outside", () => {
    const local = { externalTrafficPolicy: "Local", healthCheckNodePort: 31_000 };
    const spec = { ...local, type: "LoadBalancer", loadBalancerSourceRanges: [" 10.0.0.0/8", "fd00::/8"] };
    const ingress = [
      { ip: "172.19.255.1" },
      { ip: "172.19.255.2", ipMode: "Proxy" },
      { hostname: "lb" },
      { ip: "fd00::1" },
    ];
    const balanced = {
      ...service({ ...spec, ports: [{ port: 80, nodePort: 30_080 }] }),
      status: { loadBalancer: { ingress } },
    };
    const ways = {
      nodePort: 30_080,
      loadBalancerAddresses: ["172.19.255.1"],
      sourceRanges: ["10.0.0.0/8"],
      externalPolicy: "Local",
      healthCheckNodePort: 31_000,
    };
    expect(servicePorts(balanced, [], "IPv4")).toMatchObject([ways]);
    const plain = { nodePort: undefined, loadBalancerAddresses: [], sourceRanges: [], externalPolicy: "Cluster" };
    expect(servicePorts(service({}), [], "IPv4")).toMatchObject([{ ...plain, healthCheckNodePort: undefined }]);
  });

  it("takes an endpoint without conditions for ready, and reads those that are there", () => {
    const endpoints = [
      { addresses: ["10.0.1.2"], nodeName: "here" },
      { addresses: ["10.0.1.3"], conditions: { ready: false, serving: true, terminating: true } },
    ];
    expect(servicePorts(service({}), [slice({ endpoints })], "IPv4")[0]?.endpoints).toEqual([
      { address: "10.0.1.2", port: 8080, nodeName: "here", ready: true, serving: true, terminating: false },
      { address: "10.0.1.3", port: 8080, nodeName: undefined, ready: false, serving: true, terminating: true },
    ]);
  });

  it("reads session affinity with its time", () => {
    const sticky = { sessionAffinity: "ClientIP" };
    const short = { sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } };
    expect(servicePorts(service({}), [], "IPv4")[0]?.affinitySeconds).toBeUndefined();
    expect(servicePorts(service(sticky), [], "IPv4")[0]?.affinitySeconds).toBe(10_800);
    expect(servicePorts(service({ ...sticky, ...short }), [], "IPv4")[0]?.affinitySeconds).toBe(60);
  });
});
