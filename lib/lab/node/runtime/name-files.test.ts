import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../model.ts";
import { hostsFile, podHostname, resolvConf } from "./name-files.ts";

const facts = {
  podAddresses: ["10.0.0.5"],
  dnsAddress: "10.1.0.10",
  domain: "cluster.local",
  nodeResolvConf: "# of the node\nsearch home.example\nnameserver 192.0.2.1\noptions edns0\n",
};
const pod = (spec: Record<string, unknown>, name = "web-0"): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
  spec: { nodeName: "worker", containers: [], ...spec },
});
const cluster =
  "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.1.0.10\noptions ndots:5\n";
const node = "search home.example\nnameserver 192.0.2.1\noptions edns0\n";

describe("/etc/resolv.conf", () => {
  it.each([
    [{}, cluster],
    [{ dnsPolicy: "Default" }, node],
    [{ hostNetwork: true }, node],
    [{ hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }, cluster],
    [{ dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.9"] } }, "nameserver 192.0.2.9\n"],
    [
      {
        dnsConfig: {
          nameservers: ["192.0.2.7", "10.1.0.10", "192.0.2.8", "192.0.2.9"],
          searches: ["more.example"],
          options: [{ name: "ndots", value: "2" }, { name: "rotate" }],
        },
      },
      "search shop.svc.cluster.local svc.cluster.local cluster.local more.example\n" +
        "nameserver 10.1.0.10\nnameserver 192.0.2.7\nnameserver 192.0.2.8\noptions ndots:2 rotate\n",
    ],
  ])("of %j", (spec, text) => {
    expect(resolvConf(pod(spec), facts)).toBe(text);
  });
});

describe("a pod's own name", () => {
  it.each([
    [{}, "web-0", "web-0"],
    [{ hostname: "front" }, "web-0", "front"],
    [{ hostNetwork: true }, "web-0", "worker"],
    [{}, `${"a".repeat(62)}-b`, "a".repeat(62)],
  ])("with %j, %s, is %s", (spec, name, hostname) => {
    expect(podHostname(pod(spec, name))).toBe(hostname);
  });

  it("is in /etc/hosts of the node's network beside the node's address", () => {
    const text = hostsFile(pod({ hostNetwork: true }), { ...facts, podAddresses: ["172.19.0.3", "fd00::3"] });
    expect(text).toMatch(/^# Kubernetes-managed hosts file \(host network\)\.\n/);
    expect(text).toContain("172.19.0.3\tworker\n");
  });

  it("is in /etc/hosts behind its name in the subdomain, before the aliases", () => {
    const hostAliases = [{ ip: "192.0.2.1", hostnames: ["one", "two"] }];
    expect(hostsFile(pod({ subdomain: "team", hostAliases }), facts)).toMatchInlineSnapshot(`
      "# Kubernetes-managed hosts file.
      127.0.0.1	localhost
      ::1	localhost ip6-localhost ip6-loopback
      fe00::0	ip6-localnet
      fe00::0	ip6-mcastprefix
      fe00::1	ip6-allnodes
      fe00::2	ip6-allrouters
      10.0.0.5	web-0.team.shop.svc.cluster.local	web-0

      # Entries added by HostAliases.
      192.0.2.1	one	two
      "
    `);
  });
});
