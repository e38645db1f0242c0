import type { Diagnosis } from "./path-result.ts";

/** A diagnosis of the sample's failed paths: two causes, one of them not told from another, and what was asked on top. */
export const sampleDiagnosis: Diagnosis = {
  causes: [
    {
      id: "too-large clusters/kind-region-athens>kind-region-hurup over 1414 bytes",
      text: 'packets over 1,414 bytes are lost from kind-region-athens to kind-region-hurup (2 paths; small ones pass) — MTU of the tunnel or a filtered ICMP "fragmentation needed"',
      confidence: "high",
      probability: 0.971,
      explains: ["pods/pod-to-pod/b/http", "pods/pod-to-pod/c/http"],
      supports: ["pods/pod-to-pod/a/http"],
      contradicts: [],
      notToldFrom: [],
      evidence: [
        "pods/pod-to-pod: 2 failed",
        "the largest packet that goes both ways from kind-region-athens/worker-1/client has 1,414 bytes, and one of 1,415 bytes does not",
      ],
      try: "kubectl --context kind-region-athens debug node/worker-1 -it --image=busybox -- ip link show type vxlan",
    },
    {
      id: "lost node-port/kind-region-hurup/worker-2",
      text: "packets are lost at the node ports of kind-region-hurup/worker-2 (1 path)",
      confidence: "medium",
      probability: 0.5,
      explains: ["services/nodeport/worker-2/forwards"],
      supports: [],
      contradicts: [],
      notToldFrom: ["packets are lost on their way to Services from the pods of kind-region-hurup/worker-2 \u001b[2J"],
      evidence: ["services/nodeport: 1 failed"],
      try: "kubectl --context kind-region-hurup -n kube-system get pods -o wide",
    },
  ],
  unexplained: [],
  bisected: [
    {
      path: "services/nodeport/worker-2/forwards",
      rung: "node-port",
      text: "pod address and cluster address answer, node port does not",
    },
  ],
  confirmations: [
    {
      asked: "kind-region-athens/worker-1/client -> kind-region-hurup/worker-1/echo, path MTU",
      saw: "1,414 bytes go both ways",
    },
    { asked: "kind-region-hurup/worker-1/client -> the address of worker-2", saw: "refused in 1 ms" },
  ],
  durationMs: 12,
};
