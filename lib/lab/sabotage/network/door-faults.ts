import type { Fault } from "../fault.ts";
import { nftStep } from "../nft-step.ts";
import { addresses, athens, athensNodes, inAthens, pods, worker2 } from "./two-regions.ts";

/** Faults of the ways by which traffic comes in from outside. */
export const doorFaults: Fault[] = [
  {
    id: "runner-cut-off-from-node",
    breaks: "nothing of what this machine sends to one node arrives",
    topology: "two-regions",
    steps: [
      nftStep("runner-cut-off-from-node", worker2, {
        prerouting: [`ip saddr ${addresses.outside} ip daddr ${addresses.worker2} drop`],
      }),
    ],
    asks: ["node-port/from-outside", "node-port/every-node"],
    mustRed: [{ scenario: "node-port/from-outside", id: /athens-worker2\/node.*-forwards/ }],
    mustStayGreen: [
      { scenario: "node-port/from-outside", id: /athens-worker\/|hurup/ },
      { scenario: "node-port/every-node" },
    ],
    causes: [`lost outside/${inAthens(worker2)}`],
  },
  {
    id: "node-ports-filtered",
    breaks: "a filter on one node drops the whole range of node ports",
    topology: "two-regions",
    steps: [
      nftStep("node-ports-filtered", worker2, {
        prerouting: [
          `ip daddr ${addresses.worker2} meta l4proto { tcp, udp } th dport 30000-32767 fib daddr type local drop`,
        ],
      }),
    ],
    asks: ["node-port/from-outside", "node-port/every-node"],
    mustRed: [
      { scenario: "node-port/from-outside", id: /athens-worker2\/node.*-forwards/ },
      { scenario: "node-port/every-node", id: /athens-worker2\/node.*-forwards/ },
    ],
    mustStayGreen: [
      { scenario: "node-port/from-outside", id: /athens-worker\/node|hurup/ },
      { scenario: "node-port/every-node", id: /athens-worker\/node|hurup-worker2?\/node/ },
    ],
    causes: [`lost node-port/${inAthens(worker2)}`],
  },
  {
    id: "load-balancers-not-announced",
    breaks: "no node of a cluster says that it has the addresses of the cluster's load balancers",
    topology: "two-regions",
    steps: athensNodes.map((node) => ({
      kind: "node",
      node,
      make: [
        {
          nft: "table arp sabotage-load-balancers-not-announced {\n chain input {\n type filter hook input priority 0\n arp daddr ip 172.19.255.1-172.19.255.100 drop\n}\n}",
        },
      ],
      undo: [{ nft: "delete table arp sabotage-load-balancers-not-announced" }],
    })),
    when: "before-deployment",
    asks: ["load-balancer/address", "load-balancer/from-outside", "load-balancer/from-pods"],
    mustRed: [
      { scenario: "load-balancer/from-outside", id: /runner\/kind-region-athens/ },
      { scenario: "load-balancer/from-pods", id: /hurup-worker2?\/client\/kind-region-athens/ },
    ],
    mustStayGreen: [
      { scenario: "load-balancer/address" },
      { scenario: "load-balancer/from-outside", id: /runner\/kind-region-hurup/ },
      { scenario: "load-balancer/from-pods", id: /client\/kind-region-hurup/ },
    ],
    causes: [`lost load-balancer/${athens}`],
  },
  {
    id: "kubelet-port-filtered",
    breaks: "pods do not reach the kubelet of one node",
    topology: "two-regions",
    steps: [
      nftStep("kubelet-port-filtered", worker2, {
        prerouting: [`ip saddr ${pods.everywhere} ip daddr ${addresses.worker2} tcp dport 10250 drop`],
      }),
    ],
    asks: ["host-paths"],
    mustRed: [{ scenario: "host-paths/pod-to-kubelet", id: /athens-worker2\/node/ }],
    mustStayGreen: [
      { scenario: "host-paths/pod-to-kubelet", id: /athens-worker\/node|athens-control-plane\/node|hurup/ },
      { scenario: "host-paths/pod-to-node" },
      { scenario: "host-paths/api-server" },
    ],
    causes: [`lost host/${inAthens(worker2)} port 10250`],
  },
];
