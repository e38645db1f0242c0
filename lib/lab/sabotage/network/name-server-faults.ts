import type { Fault } from "../fault.ts";
import { nftStep } from "../nft-step.ts";
import { inAthens, pods, worker, worker2 } from "./two-regions.ts";

const server = `dns-server/${inAthens(worker)}/dns-server`;
const toServer = "ip daddr { {pod:k8s-app=kube-dns} } th dport 53";
const itself = /athens-worker\/dns-server/;
const neighbours = [
  { scenario: "service-dns/each-server", id: /athens-control-plane\/dns-server|hurup/ },
  { scenario: "pod-to-pod/same-node" },
  { scenario: "pod-to-pod/across-nodes" },
];

/** Faults of the way to DNS. The first cluster has one server on its control plane and one on its first worker. */
export const nameServerFaults: Fault[] = [
  {
    id: "dns-server-dead",
    breaks: "one of a cluster's name servers refuses to be asked, and counts as ready",
    topology: "two-regions",
    steps: [
      nftStep("dns-server-dead", worker, {
        forward: [
          "ip daddr { {pod:k8s-app=kube-dns} } tcp dport 53 reject with tcp reset",
          "ip daddr { {pod:k8s-app=kube-dns} } udp dport 53 reject",
        ],
      }),
    ],
    asks: ["service-dns/each-server", "service-dns/name-forms", "pod-to-pod/across-nodes", "pod-to-pod/same-node"],
    mustRed: [{ scenario: "service-dns/each-server", id: itself }],
    mustStayGreen: neighbours,
    causes: [`refused ${server}`],
  },
  {
    id: "dns-server-silent",
    breaks: "one of a cluster's name servers is silent, and counts as ready",
    topology: "two-regions",
    steps: [nftStep("dns-server-silent", worker, { forward: [`${toServer} drop`] })],
    asks: ["service-dns/each-server", "service-dns/name-forms", "pod-to-pod/across-nodes", "pod-to-pod/same-node"],
    mustRed: [
      { scenario: "service-dns/each-server", id: new RegExp(`${itself.source}/udp`) },
      { scenario: "service-dns/each-server", id: new RegExp(`${itself.source}/tcp`) },
    ],
    mustStayGreen: neighbours,
    causes: [`lost ${server}`],
  },
  {
    id: "dns-server-udp-dead",
    breaks: "one of a cluster's name servers is silent over UDP and answers over TCP",
    topology: "two-regions",
    steps: [nftStep("dns-server-udp-dead", worker, { forward: [`${toServer} meta l4proto udp drop`] })],
    asks: ["service-dns/each-server", "service-dns/name-forms", "pod-to-pod/across-nodes", "pod-to-pod/same-node"],
    mustRed: [{ scenario: "service-dns/each-server", id: new RegExp(`${itself.source}/udp`) }],
    mustStayGreen: [
      ...neighbours,
      { scenario: "service-dns/each-server", id: /\/tcp$/ },
      { scenario: "service-dns/name-forms", id: /-tcp$/ },
    ],
    causes: [`lost ${server} udp`],
  },
  {
    id: "dns-lost-from-node",
    breaks: "no question of one node's pods arrives at any name server",
    topology: "two-regions",
    steps: [nftStep("dns-lost-from-node", worker2, { forward: [`ip saddr ${pods.worker2} th dport 53 drop`] })],
    asks: ["service-dns/each-server", "service-dns/name-forms", "pod-to-pod/across-nodes", "pod-to-pod/same-node"],
    mustRed: [
      { scenario: "service-dns/name-forms", id: /athens-worker2\/client.*-udp/ },
      { scenario: "service-dns/name-forms", id: /athens-worker2\/client.*-tcp/ },
      { scenario: "service-dns/each-server", id: /athens-worker2\/client/ },
    ],
    mustStayGreen: [
      { scenario: "service-dns/name-forms", id: /athens-worker\/client|hurup/ },
      { scenario: "service-dns/each-server", id: /athens-worker\/client|hurup/ },
      { scenario: "pod-to-pod/same-node" },
      { scenario: "pod-to-pod/across-nodes" },
    ],
    causes: [`lost node/${inAthens(worker2)} port 53`],
  },
];
