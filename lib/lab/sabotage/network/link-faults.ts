import type { Fault } from "../fault.ts";
import { nftStep } from "../nft-step.ts";
import { athens, inAthens, pods, worker, worker2 } from "./two-regions.ts";

const link = `link/${inAthens(worker)}<>${inAthens(worker2)}`;
const thisWay = `ip saddr ${pods.worker} ip daddr ${pods.worker2}`;
const thatWay = `ip saddr ${pods.worker2} ip daddr ${pods.worker}`;
/** Each third second of the day. */
const eachThirdSecond = Array.from({ length: 86_400 / 3 }, (_, third) => `"${timeOfDay(third * 3)}"`).join(", ");

/** Faults of what lies between two nodes of a cluster. The DNS of that cluster has a server on one of them. */
export const linkFaults: Fault[] = [
  {
    id: "node-to-node-drop",
    breaks: "packets from pods of one worker to pods of another worker of its cluster vanish",
    topology: "two-regions",
    steps: [nftStep("node-to-node-drop", worker, { forward: [`${thisWay} drop`] })],
    asks: ["pod-to-pod", "services/every-backend"],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client\/.*-small/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client\/.*-small/ },
      { scenario: "services/every-backend", id: /kind-region-athens/ },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/same-node" },
      { scenario: "pod-to-pod/across-clusters" },
      { scenario: "pod-to-pod/across-nodes", id: /kind-region-hurup/ },
      { scenario: "services/every-backend", id: /kind-region-hurup/ },
    ],
    causes: [`lost link/${inAthens(worker)}>${inAthens(worker2)}`, `lost ${link}`],
  },
  {
    id: "node-to-node-udp-drop",
    breaks: "UDP between the pods of two workers of a cluster vanishes, TCP does not",
    topology: "two-regions",
    steps: [
      nftStep("node-to-node-udp-drop", worker2, {
        forward: [`${thisWay} meta l4proto udp drop`, `${thatWay} meta l4proto udp drop`],
      }),
    ],
    asks: ["pod-to-pod", "services/every-backend"],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client\/.*udp/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client\/.*udp/ },
      { scenario: "services/every-backend", id: /kind-region-athens.*udp/ },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/across-nodes", id: /(http|tcp)-|kind-region-hurup/ },
      { scenario: "pod-to-pod/same-node" },
      { scenario: "pod-to-pod/across-clusters" },
      { scenario: "services/every-backend", id: /(http|tcp)$|kind-region-hurup/ },
    ],
    causes: [`lost ${link} udp`],
  },
  {
    id: "node-to-node-large-packets-lost",
    breaks: "packets over 1,400 bytes between the pods of two workers of a cluster vanish, and nobody is told",
    topology: "two-regions",
    steps: [
      nftStep("node-to-node-large-packets-lost", worker2, {
        forward: [`${thisWay} ip length > 1400 drop`, `${thatWay} ip length > 1400 drop`],
      }),
    ],
    asks: ["pod-to-pod"],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client\/.*http-8k/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client\/.*tcp-8k/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client\/.*udp-8k/ },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client\/.*-8k/ },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/across-nodes", id: /-small|kind-region-hurup/ },
      { scenario: "pod-to-pod/same-node" },
      { scenario: "pod-to-pod/across-clusters" },
    ],
    causes: [`too-large ${link} over 1400 bytes`],
  },
  {
    id: "flapping-link",
    breaks: "between the pods of two workers of a cluster, packets pass for two seconds and vanish for one, in turn",
    topology: "two-regions",
    steps: [
      nftStep("flapping-link", worker2, {
        more: `set down {\n typeof meta hour\n elements = { ${eachThirdSecond} }\n}`,
        forward: [`${thisWay} meta hour @down drop`, `${thatWay} meta hour @down drop`],
      }),
    ],
    asks: ["pod-to-pod"],
    mustRed: [{ scenario: "pod-to-pod/across-nodes", id: /kind-region-athens/ }],
    mustStayGreen: [
      { scenario: "pod-to-pod/across-nodes", id: /kind-region-hurup/ },
      { scenario: "pod-to-pod/same-node" },
      { scenario: "pod-to-pod/across-clusters" },
    ],
    causes: [`lossy ${link}`],
  },
  {
    id: "ipv6-lost-between-nodes",
    breaks: "IPv6 between the pods of two workers of a cluster vanishes, IPv4 does not",
    topology: "dual-stack",
    steps: [
      nftStep("ipv6-lost-between-nodes", worker2, {
        forward: [
          "ip6 saddr fd00:10:0:1::/64 ip6 daddr fd00:10:0:2::/64 drop",
          "ip6 saddr fd00:10:0:2::/64 ip6 daddr fd00:10:0:1::/64 drop",
        ],
      }),
    ],
    asks: ["pod-to-pod"],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker\/client\/.*ipv6/i },
      { scenario: "pod-to-pod/across-nodes", id: /athens-worker2\/client\/.*ipv6/i },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/across-nodes", id: /-(small|8k)$/ },
      { scenario: "pod-to-pod/same-node" },
      { scenario: "pod-to-pod/across-clusters", id: new RegExp(`${athens}.*`) },
    ],
    causes: [`lost ${link} IPv6`],
  },
];

function timeOfDay(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
