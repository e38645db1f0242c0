import type { Fault } from "../fault.ts";
import { nftStep } from "../nft-step.ts";
import { addresses, athens, athensNodes, inAthens, pods, worker, worker2 } from "./two-regions.ts";

const postrouting = (rule: string): string =>
  `chain masquerading {\n type nat hook postrouting priority 90\n ${rule} masquerade\n}`;

/** Faults of who a packet seems to come from. */
export const sourceFaults: Fault[] = [
  {
    id: "pods-masqueraded",
    breaks: "a node replaces the addresses of its pods by its own on the way to pods of other nodes",
    topology: "two-regions",
    steps: [
      nftStep("pods-masqueraded", worker2, {
        more: postrouting(`ip saddr ${pods.worker2} ip daddr != ${pods.worker2} ip daddr ${pods.athens}`),
      }),
    ],
    asks: ["pod-to-pod", "services/cluster-address"],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client\/.*http/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client\/.*tcp/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client\/.*udp/ },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/same-node" },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client|hurup/ },
      { scenario: "pod-to-pod/across-clusters" },
      { scenario: "services/cluster-address" },
    ],
    causes: [`wrong masquerade/${inAthens(worker2)}`],
  },
  {
    id: "outside-masqueraded",
    breaks:
      "a cluster's nodes replace the addresses of clients from outside, where external traffic policy Local keeps them",
    topology: "two-regions",
    steps: athensNodes.map((node) =>
      nftStep("outside-masqueraded", node, {
        more: postrouting(`ip saddr ${addresses.outside} ip daddr ${pods.athens}`),
      }),
    ),
    asks: [
      "node-port/local-policy",
      "node-port/from-outside",
      "load-balancer/client-address",
      "load-balancer/from-outside",
    ],
    mustRed: [
      { scenario: "node-port/local-policy", id: /athens-worker\/node\/.*-backend/ },
      { scenario: "load-balancer/client-address", id: /kind-region-athens/ },
    ],
    mustStayGreen: [
      { scenario: "node-port/local-policy", id: /hurup/ },
      { scenario: "load-balancer/client-address", id: /hurup/ },
      { scenario: "node-port/from-outside" },
      { scenario: "load-balancer/from-outside" },
    ],
    causes: [`wrong masquerade/${athens}`, `wrong masquerade/${inAthens(worker)}`],
  },
  {
    id: "hairpin-broken",
    breaks: "a pod of one node does not reach itself through its own Service",
    topology: "two-regions",
    steps: [
      nftStep("hairpin-broken", worker, {
        forward: ["ip saddr { {pod:meshgate.dev/role=echo} } ip daddr { {pod:meshgate.dev/role=echo} } drop"],
      }),
    ],
    asks: ["services/hairpin", "services/cluster-address", "services/every-backend", "pod-to-pod/same-node"],
    mustRed: [{ scenario: "services/hairpin", id: /athens-worker\/echo/ }],
    mustStayGreen: [
      { scenario: "services/hairpin", id: /athens-worker2|hurup/ },
      { scenario: "services/cluster-address" },
      { scenario: "services/every-backend" },
      { scenario: "pod-to-pod/same-node" },
    ],
    causes: [
      `lost hairpin/${inAthens(worker)}`,
      `wrong hairpin/${inAthens(worker)}`,
      `wrong proxy/${inAthens(worker)}`,
    ],
  },
];
