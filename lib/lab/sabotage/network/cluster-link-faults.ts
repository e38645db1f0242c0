import type { Fault, NodeStep } from "../fault.ts";
import { nftStep } from "../nft-step.ts";
import { athens, athensNodes, gateways, hurup, hurupNodes, pods } from "./two-regions.ts";

const there = `ip saddr ${pods.athens} ip daddr ${pods.hurup}`;
const back = `ip saddr ${pods.hurup} ip daddr ${pods.athens}`;
const between = `clusters/${athens}<>${hurup}`;
const acrossClusters = "pod-to-pod/across-clusters";
const within = [{ scenario: "pod-to-pod/same-node" }, { scenario: "pod-to-pod/across-nodes" }];
const fromEach = (what: string) =>
  [/athens-worker2?\/client/, /hurup-worker2?\/client/].map((from) => ({
    scenario: acrossClusters,
    id: new RegExp(`${from.source}.*${what}`),
  }));

function onEach(nodes: string[], fault: string, lines: string[]): NodeStep[] {
  return nodes.map((node) => nftStep(fault, node, { forward: lines }));
}

function withoutRoutes(nodes: string[], to: Record<string, string>): NodeStep[] {
  return nodes.map((node) => ({
    kind: "node",
    node,
    make: Object.keys(to).map((range) => ({ run: ["ip", "route", "replace", "unreachable", range] })),
    undo: Object.entries(to).flatMap(([range, gateway]) => [
      { run: ["ip", "route", "replace", range, "via", gateway, "dev", "eth0"] },
    ]),
  }));
}

/** Faults of what lies between two clusters. */
export const clusterLinkFaults: Fault[] = [
  {
    id: "cross-cluster-route-missing",
    breaks: "the nodes of one cluster know no way to the pods of the other",
    topology: "two-regions",
    steps: withoutRoutes(athensNodes, gateways.hurup),
    asks: ["pod-to-pod"],
    mustRed: fromEach("-small"),
    mustStayGreen: within,
    causes: [`lost clusters/${athens}>${hurup}`, `lost ${between}`],
  },
  {
    id: "cross-cluster-routes-missing",
    breaks: "the nodes of two clusters know no way to each other's pods",
    topology: "two-regions",
    steps: [...withoutRoutes(athensNodes, gateways.hurup), ...withoutRoutes(hurupNodes, gateways.athens)],
    asks: ["pod-to-pod", "global-service/every-cluster"],
    mustRed: [...fromEach("-small"), { scenario: "global-service/every-cluster" }],
    mustStayGreen: within,
    causes: [`lost ${between}`],
  },
  {
    id: "cross-cluster-port-filtered",
    breaks: "a firewall between two clusters drops one TCP port in one direction",
    topology: "two-regions",
    steps: onEach(athensNodes, "cross-cluster-port-filtered", [`${there} tcp dport 8081 drop`]),
    asks: ["pod-to-pod"],
    mustRed: [{ scenario: acrossClusters, id: /athens-worker2?\/client\/.*tcp/ }],
    mustStayGreen: [...within, { scenario: acrossClusters, id: /http|udp|hurup-worker2?\/client/ }],
    causes: [`lost clusters/${athens}>${hurup} port 8081`],
  },
  {
    id: "cross-cluster-tcp-drop",
    breaks: "between two clusters TCP vanishes and UDP does not",
    topology: "two-regions",
    steps: onEach(athensNodes, "cross-cluster-tcp-drop", [
      `${there} meta l4proto tcp drop`,
      `${back} meta l4proto tcp drop`,
    ]),
    asks: ["pod-to-pod"],
    mustRed: [...fromEach("http"), ...fromEach("tcp")],
    mustStayGreen: [...within, { scenario: acrossClusters, id: /udp/ }],
    causes: [`lost ${between} tcp`],
  },
  {
    id: "cross-cluster-udp-drop",
    breaks: "between two clusters UDP vanishes and TCP does not",
    topology: "two-regions",
    steps: onEach(hurupNodes, "cross-cluster-udp-drop", [
      `${there} meta l4proto udp drop`,
      `${back} meta l4proto udp drop`,
    ]),
    asks: ["pod-to-pod"],
    mustRed: fromEach("udp"),
    mustStayGreen: [...within, { scenario: acrossClusters, id: /http|tcp/ }],
    causes: [`lost ${between} udp`],
  },
  {
    id: "cross-cluster-large-packets-lost",
    breaks: "packets over 1,400 bytes between two clusters vanish, and nobody is told",
    topology: "two-regions",
    steps: onEach(hurupNodes, "cross-cluster-large-packets-lost", [
      `${there} ip length > 1400 drop`,
      `${back} ip length > 1400 drop`,
    ]),
    asks: ["pod-to-pod"],
    mustRed: [...fromEach("http-8k"), ...fromEach("tcp-8k"), ...fromEach("udp-8k")],
    mustStayGreen: [...within, { scenario: acrossClusters, id: /-small/ }],
    causes: [`too-large ${between} over 1400 bytes`],
  },
  {
    id: "one-of-three-clusters-cut-off",
    breaks: "of three clusters, one pair does not reach each other",
    topology: "three-regions",
    steps: [
      nftStep("one-of-three-clusters-cut-off", "region-skagen-worker", {
        forward: ["ip saddr 10.2.0.0/16 ip daddr 10.4.0.0/16 drop", "ip saddr 10.4.0.0/16 ip daddr 10.2.0.0/16 drop"],
      }),
    ],
    asks: ["pod-to-pod"],
    mustRed: [
      { scenario: acrossClusters, id: /hurup-worker\/client\/kind-region-skagen/ },
      { scenario: acrossClusters, id: /skagen-worker\/client\/kind-region-hurup/ },
    ],
    mustStayGreen: [...within, { scenario: acrossClusters, id: /athens/ }],
    causes: [
      "lost clusters/kind-region-hurup<>kind-region-skagen",
      "lost link/kind-region-hurup/region-hurup-worker<>kind-region-skagen/region-skagen-worker",
    ],
  },
];
