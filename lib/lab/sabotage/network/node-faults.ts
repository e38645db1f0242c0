import type { Fault } from "../fault.ts";
import { nftStep } from "../nft-step.ts";
import { inAthens, pods, worker, worker2 } from "./two-regions.ts";

const fromNode = `ip saddr ${pods.worker2} ip daddr != ${pods.worker2} ip daddr ${pods.everywhere}`;
const toNode = `ip daddr ${pods.worker2} ip saddr != ${pods.worker2} ip saddr ${pods.everywhere}`;
const isolated = { scenario: "pod-to-pod/same-node" };
const others = [
  { scenario: "pod-to-pod/across-nodes", id: /kind-region-hurup/ },
  { scenario: "pod-to-pod/across-clusters", id: /athens-worker\/|hurup-.*athens-worker\// },
];

/** Faults of one node, or of what is on it. */
export const nodeFaults: Fault[] = [
  {
    id: "node-isolated",
    breaks: "pods of one node and pods of all others do not reach each other",
    topology: "two-regions",
    steps: [nftStep("node-isolated", worker2, { forward: [`${fromNode} drop`, `${toNode} drop`] })],
    asks: ["pod-to-pod"],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker2\/client/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker2\/echo/ },
    ],
    mustStayGreen: [isolated, ...others],
    causes: [`lost node/${inAthens(worker2)}`],
  },
  {
    id: "node-tcp-drop",
    breaks: "pods of one node open no TCP connection to pods of other nodes, nor those to them; UDP passes",
    topology: "two-regions",
    steps: [
      nftStep("node-tcp-drop", worker2, {
        forward: [`${fromNode} tcp flags syn / syn,ack drop`, `${toNode} tcp flags syn / syn,ack drop`],
      }),
    ],
    asks: ["pod-to-pod"],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client\/.*http/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/echo\/.*tcp/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker2\/client\/.*tcp/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker2\/echo\/.*http/ },
    ],
    mustStayGreen: [
      isolated,
      ...others,
      { scenario: "pod-to-pod/across-nodes", id: /udp/ },
      { scenario: "pod-to-pod/across-clusters", id: /udp/ },
    ],
    causes: [`lost node/${inAthens(worker2)} tcp`],
  },
  {
    id: "lossy-node",
    breaks: "a fifth of the packets between pods of one node and all others is lost, each way",
    topology: "two-regions",
    steps: [
      nftStep("lossy-node", worker2, {
        forward: [`${fromNode} numgen random mod 100 < 20 drop`, `${toNode} numgen random mod 100 < 20 drop`],
      }),
    ],
    asks: ["pod-to-pod"],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /kind-region-athens.*udp/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker2\/client.*udp/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker2\/echo.*udp/ },
    ],
    mustStayGreen: [isolated, ...others],
    causes: [`lossy node/${inAthens(worker2)}`],
  },
  {
    id: "same-node-isolation",
    breaks: "pods of one node do not reach each other",
    topology: "two-regions",
    steps: [
      nftStep("same-node-isolation", worker2, {
        forward: [`ip saddr ${pods.worker2} ip daddr ${pods.worker2} drop`],
      }),
    ],
    asks: ["pod-to-pod", "services/every-backend"],
    mustRed: [
      { scenario: "pod-to-pod/same-node", id: /athens-worker2/ },
      { scenario: "services/every-backend", id: /athens-worker2/ },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/same-node", id: /athens-worker\/|hurup/ },
      { scenario: "pod-to-pod/across-nodes" },
      { scenario: "pod-to-pod/across-clusters" },
      { scenario: "services/every-backend", id: /athens-worker\/|hurup/ },
    ],
    causes: [`lost within-node/${inAthens(worker2)}`],
  },
  {
    id: "pod-egress-drop",
    breaks: "nothing that one pod sends to other pods arrives",
    topology: "two-regions",
    steps: [nftStep("pod-egress-drop", worker, { forward: ["ip saddr { {pod:meshgate.dev/role=client} } drop"] })],
    asks: ["pod-to-pod", "services/hairpin"],
    mustRed: [
      { scenario: "pod-to-pod/same-node", id: /athens-worker\/client/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker\/client/ },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/same-node", id: /athens-worker2\/|hurup/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client|hurup/ },
      { scenario: "pod-to-pod/across-clusters", id: /athens-worker2\/client|hurup-worker2?\/client/ },
      { scenario: "services/hairpin" },
    ],
    causes: [`lost pod/${inAthens(worker)}/client`],
  },
];
