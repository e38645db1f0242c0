import type { Fault, NodeStep } from "../fault.ts";
import { nftStep } from "../nft-step.ts";
import { athens, gateways, hurup, pods, worker, worker2 } from "./two-regions.ts";

const [hurupControl, hurupWorker, hurupWorker2] = [
  "region-hurup-control-plane",
  "region-hurup-worker",
  "region-hurup-worker2",
];
const backToAthens = {
  run: ["ip", "route", "replace", pods.worker, "via", gateways.athens[pods.worker], "dev", "eth0"],
};

/** Nodes of a cluster look for addresses of another one's range among themselves. */
function found(node: string): NodeStep {
  const via = gateways.hurup["10.2.1.0/24"];
  const make = [{ run: ["ip", "route", "replace", pods.worker, "via", via, "dev", "eth0"] }];
  return { kind: "node", node, make, undo: [backToAthens] };
}

const rightful = `{pod:meshgate.dev/role=echo@${hurupWorker}}`;
const other = `{pod:meshgate.dev/role=echo@${worker}}`;
/** Without connection tracking, which would leave traces in flows that the proxy looks at. */
const taken = {
  more: `set flows {
 type ipv4_addr . inet_proto . inet_service . inet_service
 flags dynamic,timeout
 timeout 1m
 size 65535
}`,
  prerouting: [
    `ip saddr ${pods.athens} ip daddr ${rightful} update @flows { ip saddr . meta l4proto . th sport . th dport } ip daddr set ${other}`,
    `ip saddr ${other} ip daddr . meta l4proto . th dport . th sport @flows ip saddr set ${rightful}`,
  ],
};

/** Faults of addresses that two clusters use at a time. */
export const addressFaults: Fault[] = [
  {
    id: "duplicate-address",
    breaks: "a pod of one cluster answers at the address of a pod of the other cluster",
    topology: "two-regions",
    steps: [worker, worker2].map((node) => nftStep("duplicate-address", node, taken)),
    asks: ["pod-to-pod"],
    mustRed: [
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker\/client\/.*hurup-worker\/echo/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker2\/client\/.*hurup-worker\/echo/ },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/across-clusters", id: /hurup-worker2\/echo|hurup-worker2?\/client/ },
      { scenario: "pod-to-pod/across-nodes" },
      { scenario: "pod-to-pod/same-node" },
    ],
    causes: [`wrong addresses/${athens}<>${hurup}`],
  },
  {
    id: "overlapping-pod-ranges",
    breaks: "a node of one cluster gives its pods addresses of a range that a node of the other cluster has",
    topology: "two-regions",
    steps: [
      {
        kind: "object",
        cluster: "region-hurup",
        resource: "v1/nodes",
        namespace: "",
        name: hurupWorker,
        make: { spec: { podCIDR: pods.worker, podCIDRs: [pods.worker] } },
        undo: { spec: { podCIDR: "10.2.1.0/24", podCIDRs: ["10.2.1.0/24"] } },
      },
      {
        kind: "node",
        node: hurupWorker,
        make: [
          { run: ["ip", "address", "add", "10.0.1.1/32", "dev", "lo"] },
          { run: ["ip", "route", "replace", "unreachable", pods.worker] },
        ],
        undo: [backToAthens, { run: ["ip", "address", "del", "10.0.1.1/32", "dev", "lo"] }],
      },
      found(hurupControl),
      found(hurupWorker2),
    ],
    when: "before-deployment",
    asks: ["pod-to-pod", "global-service/configuration"],
    mustRed: [
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker\/client\/.*hurup-worker\/echo/ },
      { scenario: "pod-to-pod/across-clusters", id: /hurup-worker\/client\/.*athens-worker\/echo/ },
      { scenario: "global-service/configuration", id: /pod-ranges/ },
    ],
    mustStayGreen: [
      {
        scenario: "pod-to-pod/across-clusters",
        id: /athens-worker2\/.*hurup-worker2\/|hurup-worker2\/.*athens-worker2\//,
      },
      { scenario: "pod-to-pod/across-nodes" },
      { scenario: "pod-to-pod/same-node" },
    ],
    causes: [`wrong addresses/${athens}<>${hurup}`],
  },
];
