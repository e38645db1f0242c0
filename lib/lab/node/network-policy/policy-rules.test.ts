import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../model.ts";
import { ipv4, ipv6 } from "../address-family.ts";
import { type PolicyRuleset, nodePolicyRules } from "./policy-rules.ts";
import { policyTableBase } from "./policy-table.ts";
import { policyTransaction } from "./policy-transaction.ts";
import type { PolicyPod, PolicyWorld } from "./policy-world.ts";
import { type NftTable, type Packet, nftTable } from "./test-nft-table.ts";
import { askedPorts, chance, nodeNames, randomWorld, strangers } from "./test-random-world.ts";
import { mayConnect } from "./test-verdict.ts";

const families = [ipv4];
const none: PolicyRuleset = { chains: new Map(), sets: new Map(), isolated: new Map() };
const emptyTable = () => nftTable(policyTableBase(families, []));
const tableOf = (world: PolicyWorld, node: string): NftTable => {
  const table = emptyTable();
  table.apply(policyTransaction(none, nodePolicyRules(world, node, families)));
  return table;
};
const worlds = Array.from({ length: 300 }, (_, seed) => ({ seed, world: randomWorld(chance(seed)) }));

const pod = (name: string, fields: Partial<PolicyPod> = {}): PolicyPod => ({
  uid: name,
  namespace: "shop",
  name,
  labels: { app: name },
  nodeName: "one",
  addresses: [],
  ports: [],
  ...fields,
});
const policy = (name: string, spec: object): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ...spec },
});

describe("the rules of a node", () => {
  const web = pod("web", { addresses: ["10.0.0.2"], ports: [{ name: "http", protocol: "TCP", port: 8080 }] });
  const client = pod("client", { addresses: ["10.0.1.2"], nodeName: "two" });
  const namespaces = new Map([["shop", {}]]);

  it("are none without policies, and on nodes whose pods no policy selects", () => {
    const isolated = new Map([
      ["ingress-ip", new Map()],
      ["egress-ip", new Map()],
    ]);
    expect(nodePolicyRules({ pods: [web], namespaces, policies: [] }, "one", families)).toEqual({ ...none, isolated });
    const policies = [policy("deny", { podSelector: { matchLabels: { app: "web" } } })];
    expect(nodePolicyRules({ pods: [web, client], namespaces, policies }, "two", families)).toEqual({
      ...none,
      isolated,
    });
  });

  it("say in words of nft what a policy says", () => {
    const policies = [
      policy("allow", {
        podSelector: { matchLabels: { app: "web" } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { app: "client" } } },
              { ipBlock: { cidr: "172.19.0.0/16", except: ["172.19.0.1/32", "172.19.1.0/24"] } },
            ],
            ports: [
              { protocol: "TCP", port: "http" },
              { protocol: "TCP", port: 8000, endPort: 8079 },
              { protocol: "TCP", port: 90 },
              { protocol: "UDP" },
            ],
          },
        ],
        egress: [{ to: [{ podSelector: {} }], ports: [{ protocol: "TCP", port: "http" }] }, {}],
      }),
    ];
    const { chains, sets } = nodePolicyRules({ pods: [web, client], namespaces, policies }, "one", families);
    expect([...chains].flatMap(([name, rules]) => [name, ...rules.map((rule) => `  ${rule}`)]).join("\n"))
      .toMatchInlineSnapshot(`
      "ingress-4b5e57f6-shop/web
        ip saddr 10.0.0.2 return
        ip saddr @peers-ip-7c7f64f9-shop/allow/ingress/0 meta l4proto tcp th dport { 90, 8000-8080 } return comment "shop/allow/ingress/0"
        ip saddr @peers-ip-7c7f64f9-shop/allow/ingress/0 meta l4proto udp return comment "shop/allow/ingress/0"
        ip saddr 172.19.0.0/16 ip saddr != 172.19.0.1/32 ip saddr != 172.19.1.0/24 meta l4proto tcp th dport { 90, 8000-8080 } return comment "shop/allow/ingress/0"
        ip saddr 172.19.0.0/16 ip saddr != 172.19.0.1/32 ip saddr != 172.19.1.0/24 meta l4proto udp return comment "shop/allow/ingress/0"
        counter drop
      egress-4b5e57f6-shop/web
        ip daddr 10.0.0.2 return
        ip daddr . meta l4proto . th dport @ports-ip-7d8b0531-shop/allow/egress/0 return comment "shop/allow/egress/0"
        return comment "shop/allow/egress/1"
        counter drop"
    `);
    expect([...sets].map(([name, { type, elements }]) => [name, type, ...elements])).toMatchInlineSnapshot(`
      [
        [
          "peers-ip-7c7f64f9-shop/allow/ingress/0",
          "ipv4_addr",
          "10.0.1.2",
        ],
        [
          "ports-ip-7d8b0531-shop/allow/egress/0",
          "ipv4_addr . inet_proto . inet_service",
          "10.0.0.2 . tcp . 8080",
        ],
      ]
    `);
  });

  it("hold for both families where pods have both", () => {
    const both = [ipv4, ipv6];
    const pods = [{ ...web, addresses: ["10.0.0.2", "fd00::2"] }];
    const policies = [
      policy("near", { ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: "fd00::/64" } }] }] }),
    ];
    const { chains, isolated } = nodePolicyRules({ pods, namespaces, policies }, "one", both);
    expect([...chains.values()].flat()).toMatchInlineSnapshot(`
      [
        "ip saddr 10.0.0.2 return",
        "ip6 saddr fd00::2 return",
        "ip saddr @peers-ip-181a6f61-shop/near/ingress/0 return comment "shop/near/ingress/0"",
        "ip6 saddr @peers-ip6-181a6f61-shop/near/ingress/0 return comment "shop/near/ingress/0"",
        "ip6 saddr fd00::/64 return comment "shop/near/ingress/0"",
        "counter drop",
      ]
    `);
    expect([...isolated].map(([map, addresses]) => [map, ...addresses.keys()])).toEqual([
      ["ingress-ip", "10.0.0.2"],
      ["ingress-ip6", "fd00::2"],
      ["egress-ip"],
      ["egress-ip6"],
    ]);
  });
});

describe("the rules of all nodes", () => {
  it("let through what the policies allow and nothing else, in worlds at random", () => {
    const wrong: unknown[] = [];
    const seen = { passed: 0, dropped: 0 };
    for (const { seed, world } of worlds) {
      const tables = new Map(nodeNames.map((node) => [node as string, tableOf(world, node)]));
      const nodeOf = new Map(
        world.pods.flatMap(({ addresses, nodeName }) => addresses.map((address) => [address, nodeName])),
      );
      for (const packet of packetsOf(world)) {
        // Only the nodes of the two pods see a packet's way out and way in.
        const onPath = new Set([nodeOf.get(packet.from), nodeOf.get(packet.to)]);
        const passes = [...onPath].every((node) => tables.get(node ?? "")?.passes(packet) !== false);
        if (passes !== mayConnect(world, packet)) wrong.push({ seed, packet, passes });
        seen[passes ? "passed" : "dropped"] += 1;
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(Math.min(seen.passed, seen.dropped)).toBeGreaterThan(10_000);
  });
});

describe("a transaction", () => {
  it("leads from any rules to any others, without a word that the kernel would refuse", () => {
    let changes = 0;
    for (const [index, { world }] of worlds.entries()) {
      const before = worlds[index - 1]?.world ?? world;
      const [from, to] = [nodePolicyRules(before, "one", families), nodePolicyRules(world, "one", families)];
      const table = tableOf(before, "one");
      const commands = policyTransaction(from, to);
      table.apply(commands);
      expect(table.content()).toEqual(tableOf(world, "one").content());
      expect(policyTransaction(to, nodePolicyRules(world, "one", families))).toBe("");
      changes += commands === "" ? 0 : 1;
    }
    expect(changes).toBeGreaterThan(100);
  });
});

function packetsOf({ pods }: PolicyWorld): Packet[] {
  const addresses = [...pods.flatMap((one) => one.addresses), ...strangers];
  return addresses.flatMap((from) =>
    addresses
      .filter((to) => !(strangers.includes(from) && strangers.includes(to)))
      .flatMap((to) => [
        ...["tcp", "udp"].flatMap((protocol) => askedPorts.map((port) => ({ from, to, protocol, port }))),
        { from, to, protocol: "icmp", port: 0 },
      ]),
  );
}
