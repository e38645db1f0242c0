import { describe, expect, it } from "vitest";
import { ipv4 } from "./address-family.ts";
import { proxyTransaction } from "./proxy-transaction.ts";
import type { Ruleset } from "./proxy-transaction.ts";
import { serviceRules } from "./service-rules.ts";
import type { ServicePort } from "./service-ports.ts";

const context = {
  family: ipv4,
  cluster: { podCidr: "10.0.0.0/16", serviceCidr: "10.1.0.0/16", dnsAddress: "10.1.0.10" },
  node: { address: "172.19.0.2", podCidr: "10.0.1.0/24" },
  nodeName: "here",
  forwards: new Map<string, string>(),
};
const none: Ruleset = new Map();

const port = (fields: Partial<ServicePort> = {}): ServicePort => ({
  key: "shop/echo/tcp/web",
  service: { namespace: "shop", name: "echo" },
  protocol: "tcp",
  addresses: ["10.1.0.80"],
  port: 80,
  nodePort: undefined,
  loadBalancerAddresses: [],
  sourceRanges: [],
  affinitySeconds: undefined,
  internalPolicy: "Cluster",
  externalPolicy: "Cluster",
  healthCheckNodePort: undefined,
  endpoints: ["10.0.1.2", "10.0.1.3"].map((address) => ({
    address,
    port: 8080,
    nodeName: "here",
    ready: true,
    serving: true,
    terminating: false,
  })),
  ...fields,
});

const ruleset = (...ports: ServicePort[]): Ruleset =>
  new Map(ports.map((one) => [one.key, serviceRules(one, context)]));

describe("proxyTransaction", () => {
  it("is empty between equal rulesets", () => {
    const rules = ruleset(port());
    expect(proxyTransaction(ipv4, rules, new Map(rules))).toBe("");
  });

  it("adds chains before what leads to them", () => {
    expect(proxyTransaction(ipv4, none, ruleset(port()))).toMatchInlineSnapshot(`
      "add chain ip kube-proxy endpoint-9fd23b3f-shop/echo/tcp/web__10.0.1.2/8080
      flush chain ip kube-proxy endpoint-9fd23b3f-shop/echo/tcp/web__10.0.1.2/8080
      add chain ip kube-proxy endpoint-dac838d3-shop/echo/tcp/web__10.0.1.3/8080
      flush chain ip kube-proxy endpoint-dac838d3-shop/echo/tcp/web__10.0.1.3/8080
      add chain ip kube-proxy service-76f540c6-shop/echo/tcp/web
      flush chain ip kube-proxy service-76f540c6-shop/echo/tcp/web
      add rule ip kube-proxy endpoint-9fd23b3f-shop/echo/tcp/web__10.0.1.2/8080 ip saddr 10.0.1.2 jump mark-for-masquerade
      add rule ip kube-proxy endpoint-9fd23b3f-shop/echo/tcp/web__10.0.1.2/8080 meta l4proto tcp dnat to 10.0.1.2:8080
      add rule ip kube-proxy endpoint-dac838d3-shop/echo/tcp/web__10.0.1.3/8080 ip saddr 10.0.1.3 jump mark-for-masquerade
      add rule ip kube-proxy endpoint-dac838d3-shop/echo/tcp/web__10.0.1.3/8080 meta l4proto tcp dnat to 10.0.1.3:8080
      add rule ip kube-proxy service-76f540c6-shop/echo/tcp/web ip daddr { 10.1.0.80 } ip saddr != 10.0.0.0/16 jump mark-for-masquerade
      add rule ip kube-proxy service-76f540c6-shop/echo/tcp/web numgen random mod 2 vmap { 0 : goto endpoint-9fd23b3f-shop/echo/tcp/web__10.0.1.2/8080, 1 : goto endpoint-dac838d3-shop/echo/tcp/web__10.0.1.3/8080 }
      add element ip kube-proxy cluster-ips { 10.1.0.80 }
      add element ip kube-proxy service-ips { 10.1.0.80 . tcp . 80 : goto service-76f540c6-shop/echo/tcp/web }
      "
    `);
  });

  it("takes away what leads to chains before the chains", () => {
    expect(proxyTransaction(ipv4, ruleset(port({ affinitySeconds: 60 })), none)).toMatchInlineSnapshot(`
      "delete element ip kube-proxy cluster-ips { 10.1.0.80 }
      delete element ip kube-proxy service-ips { 10.1.0.80 . tcp . 80 }
      flush chain ip kube-proxy endpoint-9fd23b3f-shop/echo/tcp/web__10.0.1.2/8080
      flush chain ip kube-proxy endpoint-dac838d3-shop/echo/tcp/web__10.0.1.3/8080
      flush chain ip kube-proxy service-76f540c6-shop/echo/tcp/web
      delete chain ip kube-proxy endpoint-9fd23b3f-shop/echo/tcp/web__10.0.1.2/8080
      delete chain ip kube-proxy endpoint-dac838d3-shop/echo/tcp/web__10.0.1.3/8080
      delete chain ip kube-proxy service-76f540c6-shop/echo/tcp/web
      delete set ip kube-proxy affinity-df3ac5bd-shop/echo/tcp/web__10.0.1.2/8080/60s
      delete set ip kube-proxy affinity-a4e08273-shop/echo/tcp/web__10.0.1.3/8080/60s
      "
    `);
  });

  it("leaves alone what two ports of one Service share while one of them stays", () => {
    const web = port();
    const both = ruleset(web, port({ key: "shop/echo/tcp/admin", port: 81, endpoints: [] }));
    const text = proxyTransaction(ipv4, both, new Map([...both].filter(([key]) => key === web.key)));
    expect(text).toBe("delete element ip kube-proxy no-endpoint-services { 10.1.0.80 . tcp . 81 }\n");
  });

  it("keeps names within what nft takes", () => {
    const long = port({ key: `${"n".repeat(63)}/${"s".repeat(63)}/tcp/${"p".repeat(15)}` });
    const [rules] = ruleset(long).values();
    for (const name of rules?.chains.keys() ?? []) expect(name.length).toBeLessThanOrEqual(120);
    expect(rules?.chains.size).toBe(3);
  });
});
