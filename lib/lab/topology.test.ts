import { describe, expect, it } from "vitest";
import { Diagnostic } from "../base/diagnostic.ts";
import { parseTopology, readTopology } from "./topology.ts";

describe("readTopology", () => {
  it("lays out the two regions", () => {
    const topology = readTopology("fixtures/lab/two-regions.yaml");
    expect(topology).toMatchObject({ network: "172.19.0.0/16", gateway: "172.19.0.1", prefixLength: 16 });
    expect(
      topology.clusters.flatMap((cluster) =>
        cluster.nodes.map((node) => `${node.name} ${node.role} ${node.address} ${node.podCidr}`),
      ),
    ).toEqual([
      "region-athens-control-plane control-plane 172.19.0.2 10.0.0.0/24",
      "region-athens-worker worker 172.19.0.3 10.0.1.0/24",
      "region-athens-worker2 worker 172.19.0.4 10.0.2.0/24",
      "region-hurup-control-plane control-plane 172.19.0.5 10.2.0.0/24",
      "region-hurup-worker worker 172.19.0.6 10.2.1.0/24",
      "region-hurup-worker2 worker 172.19.0.7 10.2.2.0/24",
    ]);
    expect(topology.clusters[1]).toMatchObject({
      dnsAddress: "10.3.0.10",
      apiEndpoint: { address: "172.19.0.5", port: 6443 },
    });
    expect(topology.clusters.map(({ loadBalancers }) => loadBalancers)).toEqual([
      "172.19.255.1-172.19.255.100",
      "172.19.255.101-172.19.255.200",
    ]);
  });

  it("gives an ingress controller to the clusters that ask for one", () => {
    const ingress = (name: string): (boolean | undefined)[] =>
      readTopology(`fixtures/lab/${name}.yaml`).clusters.map(({ hasIngress }) => hasIngress);
    expect(ingress("two-regions")).toEqual([true, true]);
    expect(ingress("three-regions")).toEqual([false, false, false]);
  });

  it("gives both families to clusters that name both", () => {
    const { ipv6, clusters } = readTopology("fixtures/lab/dual-stack.yaml");
    expect(ipv6).toEqual({ network: "fd00:19::/64", gateway: "fd00:19::1", prefixLength: 64 });
    expect(clusters.map((cluster) => cluster.ipv6)).toEqual([
      { podCidr: "fd00:10::/56", serviceCidr: "fd00:10:1::/112", dnsAddress: "fd00:10:1::a" },
      { podCidr: "fd00:12::/56", serviceCidr: "fd00:12:1::/112", dnsAddress: "fd00:12:1::a" },
    ]);
    expect(clusters[1]?.nodes).toMatchObject([
      { address: "172.19.0.5", podCidr: "10.2.0.0/24", ipv6: { address: "fd00:19::5", podCidr: "fd00:12::/64" } },
      { address: "172.19.0.6", podCidr: "10.2.1.0/24", ipv6: { address: "fd00:19::6", podCidr: "fd00:12:0:1::/64" } },
    ]);
  });

  it("puts the clusters into a mesh that say so", () => {
    const meshed = (name: string): unknown[] =>
      readTopology(`fixtures/lab/${name}.yaml`).clusters.map(({ mesh }) => mesh);
    const whole = { endpointSlices: true, serviceExports: true };
    expect(meshed("two-regions")).toEqual([
      { id: 1, ...whole },
      { id: 2, ...whole },
    ]);
    expect(meshed("three-regions")).toHaveLength(3);
    expect(meshed("plain-mesh")[1]).toEqual({ id: 2, endpointSlices: false, serviceExports: false });
    expect(meshed("bare")).toEqual([undefined, undefined]);
  });

  it("names a file that is not there", () => {
    expect(() => readTopology("fixtures/lab/no-such.yaml")).toThrow(Diagnostic);
  });
});

describe("parseTopology", () => {
  const refusal = (text: string): string => {
    try {
      parseTopology(text, "lab.yaml");
    } catch (error) {
      if (error instanceof Diagnostic && error.kind === "configuration") return error.message;
      throw error;
    }
    return expect.unreachable("the topology was taken");
  };

  it("gathers every problem before it speaks", () => {
    expect(
      refusal(`
network: 10.0.0.0/30
clusters:
  - { name: one, podCIDR: 10.0.0.0/16, serviceCIDR: 10.1.0.0/29, workers: 256 }
  - { name: one, podCIDR: 10.0.5.0/24, serviceCIDR: 10.3.0.1/16, workers: 0 }
  - { name: Two_, podCIDR: 10.4.0.0/16, serviceCIDR: 10.5.0.0/16 }
`),
    ).toMatchInlineSnapshot(`
      "The lab topology lab.yaml has 8 problems:
        clusters.1.name: one is there twice
        clusters.2.name: Two_ is no DNS label of lower-case letters, digits and hyphens
        clusters.1.serviceCIDR: 10.3.0.1/16 is no IPv4 range
        network: 10.0.0.0/30 has no room for 260 nodes
        clusters.0.podCIDR: 10.0.0.0/16 has no /24 for each of 257 nodes
        clusters.0.serviceCIDR: 10.1.0.0/29 is not between a /12 and a /28
        clusters.0.podCIDR: 10.0.0.0/16 overlaps network 10.0.0.0/30
        clusters.1.podCIDR: 10.0.5.0/24 overlaps clusters.0.podCIDR 10.0.0.0/16"
    `);
  });

  it("takes one range of each family, IPv4 first, and the same families for pods and Services", () => {
    expect(
      refusal(`
network: 172.19.0.0/16, fd00:19::/126
clusters:
  - { name: one, podCIDR: "fd00:1::/56,10.0.0.0/16", serviceCIDR: "10.1.0.0/16,fd00:2::/64", workers: 2 }
  - { name: two, podCIDR: "10.2.0.0/16,fd00:3::/64", serviceCIDR: 10.3.0.0/16, loadBalancers: "fd00:19::2-fd00:19::3" }
  - { name: three, podCIDR: "10.4.0.0/16,fd00:4::/56,fd00:5::/56", serviceCIDR: 10.5.0.0/16, workers: 0 }
`),
    ).toMatchInlineSnapshot(`
      "The lab topology lab.yaml has 10 problems:
        clusters.0.podCIDR: fd00:1::/56 is no IPv4 range
        clusters.0.podCIDR: 10.0.0.0/16 is no IPv6 range
        clusters.2.podCIDR: 10.4.0.0/16,fd00:4::/56,fd00:5::/56 is more than one range of each family
        clusters.1: podCIDR 10.2.0.0/16,fd00:3::/64 and serviceCIDR 10.3.0.0/16 are not of the same families
        clusters.2: podCIDR 10.4.0.0/16,fd00:4::/56,fd00:5::/56 and serviceCIDR 10.5.0.0/16 are not of the same families
        clusters.2.podCIDR: 10.4.0.0/16,fd00:4::/56,fd00:5::/56 has a family that network 172.19.0.0/16, fd00:19::/126 has not
        network: fd00:19::/126 has no room for 6 nodes
        clusters.0.serviceCIDR: fd00:2::/64 is not between a /108 and a /124
        clusters.1.podCIDR: fd00:3::/64 has no /64 for each of 2 nodes
        clusters.1.loadBalancers: fd00:19::2-fd00:19::3 is not among the addresses that nodes leave of network 172.19.0.0/16, fd00:19::/126"
    `);
    expect(
      refusal(`clusters: [{ name: one, podCIDR: "10.0.0.0/16,fd00:1::/56", serviceCIDR: "10.1.0.0/16,fd00:2::/112" }]`),
    ).toContain("has a family that network 172.19.0.0/16 has not");
  });

  it("takes into a mesh what Cilium takes", () => {
    const long = "a-name-of-more-than-thirty-two-characters";
    const clusters = [
      `one, mesh: { id: 7 }`,
      `two, mesh: { id: 7 }`,
      `${long}, mesh: { id: 256 }`,
      `default, mesh: { id: 0 }`,
    ].map(
      (line, index) =>
        `  - { podCIDR: 10.${2 * index}.0.0/16, serviceCIDR: 10.${2 * index + 1}.0.0/16, name: ${line} }`,
    );
    expect(refusal(`clusters:\n${clusters.join("\n")}`)).toMatchInlineSnapshot(`
      "The lab topology lab.yaml has 5 problems:
        clusters.1.mesh.id: 7 is the id of one too
        clusters.2.mesh.id: 256 is not between 1 and 255
        clusters.2.name: a-name-of-more-than-thirty-two-characters is no name for a mesh: up to 32 characters, not default
        clusters.3.mesh.id: 0 is not between 1 and 255
        clusters.3.name: default is no name for a mesh: up to 32 characters, not default"
    `);
  });

  it("keeps load balancers within what is free of the network, and apart", () => {
    const ranges = ["10.9.0.6-10.9.0.9", "10.9.0.5-10.9.0.5", "10.9.0.9-10.9.0.255", "many"];
    const clusters = ranges.map(
      (range, index) =>
        `  - { name: c${index}, podCIDR: 10.${2 * index}.0.0/24, serviceCIDR: 10.${2 * index + 1}.0.0/24, workers: 0, loadBalancers: ${range} }`,
    );
    expect(
      refusal(`
network: 10.9.0.0/24
clusters:
${clusters.join("\n")}
`),
    ).toMatchInlineSnapshot(`
      "The lab topology lab.yaml has 4 problems:
        clusters.1.loadBalancers: 10.9.0.5-10.9.0.5 is not among the addresses that nodes leave of network 10.9.0.0/24
        clusters.2.loadBalancers: 10.9.0.9-10.9.0.255 is not among the addresses that nodes leave of network 10.9.0.0/24
        clusters.2.loadBalancers: 10.9.0.9-10.9.0.255 overlaps clusters.0.loadBalancers 10.9.0.6-10.9.0.9
        clusters.3.loadBalancers: many is no range of addresses"
    `);
  });

  it("names fields that are missing, wrong or unknown", () => {
    expect(refusal("clusters: [{ name: one, podCidr: 10.0.0.0/16, workers: -1 }]")).toMatchInlineSnapshot(`
      "The lab topology lab.yaml has 4 problems:
        clusters.0.podCIDR: Invalid input: expected string, received undefined
        clusters.0.serviceCIDR: Invalid input: expected string, received undefined
        clusters.0.workers: Too small: expected number to be >=0
        clusters.0: Unrecognized key: "podCidr""
    `);
  });

  it("names what is no YAML", () => {
    expect(refusal("clusters: [")).toMatchInlineSnapshot(`
      "The lab topology lab.yaml has a problem:
        Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 12:"
    `);
  });
});
