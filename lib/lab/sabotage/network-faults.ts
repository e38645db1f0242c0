import type { Fault } from "./fault.ts";
import { nftStep } from "./nft-step.ts";

/** Faults of nodes and of what lies between them. */
export const networkFaults: Fault[] = [
  {
    id: "node-to-node-drop",
    breaks: "packets from pods of one worker to pods of another worker of its cluster vanish",
    topology: "two-regions",
    steps: [
      nftStep("node-to-node-drop", "region-athens-worker", {
        forward: ["ip saddr 10.0.1.0/24 ip daddr 10.0.2.0/24 drop"],
      }),
    ],
    asks: ["pod-to-pod", "services"],
    mustRed: [{ scenario: "pod-to-pod/across-nodes", id: /region-athens/ }],
    mustStayGreen: [{ scenario: "pod-to-pod/same-node" }, { scenario: "pod-to-pod/across-clusters" }],
    causes: ["lost link/kind-region-athens/region-athens-worker<>kind-region-athens/region-athens-worker2"],
  },
];
