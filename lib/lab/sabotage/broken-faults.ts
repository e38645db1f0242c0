import type { Fault, PodStep } from "./fault.ts";
import { nftStep } from "./nft-step.ts";

const node = "region-athens-worker2";
const pod = (role: string, make: PodStep["make"]): PodStep => ({
  kind: "pod",
  cluster: "region-athens",
  role,
  node,
  make,
});

/** While paths are asked, so that some of them have been answered before. */
const when = { afterMs: 1_000 };
/** Who neither asks nor is asked there. */
const elsewhere = [
  { scenario: "pod-to-pod/same-node", id: /region-hurup/ },
  { scenario: "pod-to-pod/across-nodes", id: /region-hurup/ },
];
const of = { topology: "two-regions", asks: ["pod-to-pod", "services"], when, verdict: "broken", causes: [] } as const;

/** Faults of whoever looks, and of whom is looked at: none says anything about the network. */
export const brokenFaults: Fault[] = [
  {
    ...of,
    id: "agent-starved",
    breaks: "the agent that asks on one worker gets no CPU",
    steps: [pod("client", "stop")],
    asks: ["pod-to-pod"],
    causes: [],
    mustRed: [{ scenario: "pod-to-pod/across-nodes", id: /region-athens-worker2\/client/ }],
    mustStayGreen: elsewhere,
  },
  {
    ...of,
    id: "answering-agent-stalled",
    breaks: "the agent that answers on one worker gets no CPU",
    steps: [pod("echo", "stop")],
    asks: ["pod-to-pod", "services"],
    causes: [],
    mustRed: [{ scenario: "pod-to-pod/across-nodes", id: /region-athens-worker2\/echo/ }],
    mustStayGreen: elsewhere,
  },
  {
    ...of,
    id: "exec-stream-cut",
    breaks: "the exec stream to an agent is cut, and once more when it was opened again",
    steps: [pod("client", "kill-exec"), pod("client", "kill-exec")],
    asks: ["pod-to-pod"],
    causes: [],
    mustRed: [{ scenario: "pod-to-pod/across-nodes", id: /region-athens-worker2\/client/ }],
    mustStayGreen: elsewhere,
  },
  {
    ...of,
    id: "api-server-unreachable",
    breaks: "nothing reaches the API server of one cluster any more, nor do its answers come back",
    steps: [
      nftStep("api-server-unreachable", "region-athens-control-plane", {
        prerouting: ["tcp dport 6443 drop", "tcp sport 6443 drop"],
      }),
    ],
    asks: ["pod-to-pod"],
    causes: [],
    mustRed: [{ scenario: "pod-to-pod/across-nodes", id: /region-athens/ }],
    mustStayGreen: elsewhere,
  },
  {
    ...of,
    id: "agent-evicted",
    breaks: "the pod that answers on one worker is evicted",
    steps: [pod("echo", "evict")],
    asks: ["pod-to-pod", "services"],
    causes: [],
    mustRed: [
      { scenario: "pod-to-pod/across-nodes", id: /region-athens-worker2\/echo/ },
      { scenario: "services/cluster-address", id: /region-athens/ },
    ],
    mustStayGreen: elsewhere,
  },
];
