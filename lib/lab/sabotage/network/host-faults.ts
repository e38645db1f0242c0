import type { Fault } from "../fault.ts";
import { nftStep } from "../nft-step.ts";
import { athens, control, inAthens, pods, worker2 } from "./two-regions.ts";

/** Faults between pods and what runs on the nodes themselves. */
export const hostFaults: Fault[] = [
  {
    id: "node-to-pods-drop",
    breaks: "what one node itself sends to pods of other nodes vanishes",
    topology: "two-regions",
    steps: [
      nftStep("node-to-pods-drop", worker2, {
        output: [`ip daddr ${pods.athens} ip daddr != ${pods.worker2} oifname eth0 ct direction original drop`],
      }),
    ],
    asks: ["host-paths", "pod-to-pod/across-nodes"],
    mustRed: [{ scenario: "host-paths/node-to-other-pods", id: /athens-worker2\/host/ }],
    mustStayGreen: [
      { scenario: "host-paths/node-to-other-pods", id: /athens-worker\/host|hurup/ },
      { scenario: "host-paths/node-to-own-pods" },
      { scenario: "host-paths/pod-to-node" },
      { scenario: "pod-to-pod/across-nodes" },
    ],
    causes: [`lost host/${inAthens(worker2)}`],
  },
  {
    id: "node-to-own-pods-drop",
    breaks: "what one node itself sends to its own pods vanishes, but for what tells whether they live",
    topology: "two-regions",
    steps: [
      nftStep("node-to-own-pods-drop", worker2, {
        output: [
          `ip daddr ${pods.worker2} ip protocol udp ct direction original drop`,
          `ip daddr ${pods.worker2} tcp dport 8081 ct direction original drop`,
        ],
      }),
    ],
    asks: ["host-paths/node-to-own-pods", "host-paths/node-to-other-pods", "pod-to-pod/same-node"],
    mustRed: [{ scenario: "host-paths/node-to-own-pods", id: /athens-worker2\/host\/.*(udp|tcp)/ }],
    mustStayGreen: [
      { scenario: "host-paths/node-to-own-pods", id: /athens-worker\/host|hurup|http/ },
      { scenario: "host-paths/node-to-other-pods" },
      { scenario: "pod-to-pod/same-node" },
    ],
    causes: [`lost host/${inAthens(worker2)}`],
  },
  {
    id: "node-to-services-drop",
    breaks: "what one node itself sends to Services vanishes, what its pods send does not",
    topology: "two-regions",
    steps: [
      nftStep("node-to-services-drop", worker2, {
        output: ["ct original ip daddr 10.1.0.0/16 ct direction original drop"],
      }),
    ],
    asks: ["host-paths/node-to-service", "host-paths/node-to-own-pods", "services/every-backend"],
    mustRed: [{ scenario: "host-paths/node-to-service", id: /athens-worker2\/host/ }],
    mustStayGreen: [
      { scenario: "host-paths/node-to-service", id: /athens-worker\/host|hurup/ },
      { scenario: "host-paths/node-to-own-pods" },
      { scenario: "services/every-backend" },
    ],
    causes: [`lost host/${inAthens(worker2)}`],
  },
  {
    id: "pods-to-node-drop",
    breaks: "what pods of other nodes send to one node itself vanishes",
    topology: "two-regions",
    steps: [
      nftStep("pods-to-node-drop", worker2, {
        input: [`ip saddr ${pods.athens} ip saddr != ${pods.worker2} ct direction original drop`],
      }),
    ],
    asks: ["host-paths", "pod-to-pod/across-nodes"],
    mustRed: [
      { scenario: "host-paths/pod-to-node", id: /athens-worker\/client\/.*athens-worker2\/host/ },
      { scenario: "host-paths/pod-to-kubelet", id: /athens-worker2\/node/ },
    ],
    mustStayGreen: [
      { scenario: "host-paths/pod-to-node", id: /athens-worker2\/client|athens-worker\/host|hurup/ },
      { scenario: "host-paths/node-to-other-pods" },
      { scenario: "pod-to-pod/across-nodes" },
    ],
    causes: [`lost host/${inAthens(worker2)}`],
  },
  {
    id: "control-plane-port-open",
    breaks: "the port of the scheduler answers pods, and asks for no credentials",
    topology: "two-regions",
    steps: [
      nftStep("control-plane-port-open", control, {
        more: "chain opened {\n type nat hook prerouting priority -110\n ip daddr 172.19.0.2 tcp dport 10259 dnat ip to {pod:k8s-app=kube-dns}:8080\n}",
      }),
    ],
    asks: ["host-paths"],
    mustRed: [{ scenario: "host-paths/control-plane", id: /athens-control-plane\/node\/scheduler/ }],
    mustStayGreen: [
      { scenario: "host-paths/control-plane", id: /hurup|controller-manager|etcd/ },
      { scenario: "host-paths/every-node" },
      { scenario: "host-paths/api-server" },
    ],
    causes: [
      `open host/${inAthens(control)} port 10259`,
      `open claim/host-paths/control-plane/${athens}`,
      `wrong claim/host-paths/control-plane/${athens}`,
    ],
  },
];
