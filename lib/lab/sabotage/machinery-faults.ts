import type { Fault, Step } from "./fault.ts";
import { nftStep } from "./nft-step.ts";

const cluster = "region-athens";
const context = `kind-${cluster}`;

const readsImports = { apiGroups: ["multicluster.x-k8s.io"], resources: ["serviceimports"], verbs: ["list", "watch"] };
const nameServers = { kind: "ServiceAccount", name: "coredns", namespace: "kube-system" };
const everybody = { kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "system:unauthenticated" };

/** Faults of the machinery of nodes and of the control plane, of quotas, and of pods that end. */
export const machineryFaults: Fault[] = [
  {
    id: "kubelet-admits-anybody",
    breaks: "the kubelet of one node tells its pods to whoever asks",
    topology: "two-regions",
    steps: [{ kind: "view", cluster, node: `${cluster}-worker`, view: "kubelet.admits-anybody" }],
    asks: ["host-paths/every-node", "host-paths/api-server", "host-paths/control-plane"],
    mustRed: [{ scenario: "host-paths/every-node", id: /region-athens-worker\/node\/kubelet/ }],
    mustStayGreen: [
      { scenario: "host-paths/api-server" },
      { scenario: "host-paths/control-plane" },
      { scenario: "host-paths/every-node", id: /(athens-worker2|hurup-worker2?|control-plane)\/node\/kubelet/ },
    ],
    causes: [
      `open host/${context}/${cluster}-worker port 10250`,
      `open host/${context}/${cluster}-worker`,
      `open claim/host-paths/every-node/${context}`,
    ],
  },
  {
    id: "api-server-admits-anybody",
    breaks: "a role that may read nodes is bound to whoever has no credentials",
    topology: "two-regions",
    steps: [
      ofNameServers(
        "clusterroles",
        { rules: [readsImports, { apiGroups: [""], resources: ["nodes"], verbs: ["list"] }] },
        { rules: [readsImports] },
      ),
      ofNameServers("clusterrolebindings", { subjects: [nameServers, everybody] }, { subjects: [nameServers] }),
    ],
    asks: ["host-paths/every-node", "host-paths/api-server", "host-paths/control-plane"],
    mustRed: [{ scenario: "host-paths/api-server", id: /athens.*\/api-server$/ }],
    mustStayGreen: [{ scenario: "host-paths/every-node" }, { scenario: "host-paths/control-plane" }],
    causes: [`open claim/host-paths/api-server/${context}`, `wrong claim/host-paths/api-server/${context}`],
  },
  {
    id: "quota-not-counted",
    breaks: "a quota counts no pods",
    topology: "two-regions",
    steps: [{ kind: "view", cluster, view: "quota.no-pods" }],
    asks: ["tenancy/quota"],
    mustRed: [{ scenario: "tenancy/quota", id: /kind-region-athens\/quota\/counts/ }],
    mustStayGreen: [
      { scenario: "tenancy/quota", id: /limited|http/ },
      { scenario: "tenancy/quota", id: /kind-region-hurup\/quota\/counts/ },
    ],
    causes: [`wrong claim/tenancy/quota/${context}`],
  },
  {
    id: "backends-stay-when-replaced",
    breaks: "the proxy of one node goes on with backends that are deleted or replaced",
    topology: "two-regions",
    // In a session that stays, clients come back to ports whose connections are still tracked to pods that are gone: after the undo, too.
    when: "before-deployment",
    steps: [{ kind: "view", cluster, node: `${cluster}-worker`, view: "kube-proxy.stale-endpoints" }],
    asks: ["self-healing"],
    mustRed: [
      { scenario: "self-healing/deleted-backend", id: /pod-deleted\/kind-region-athens\/region-athens-worker\/client/ },
      { scenario: "self-healing/roll-out", id: /rolled-out\/kind-region-athens\/region-athens-worker\/client/ },
    ],
    mustStayGreen: [
      { scenario: "self-healing/deleted-backend", id: /\/before\/|region-athens-worker2\/client|hurup/ },
      { scenario: "self-healing/roll-out", id: /\/before\/|region-athens-worker2\/client|hurup/ },
    ],
    causes: [`stale proxy/${context}/${cluster}-worker`],
  },
  {
    id: "clusters-cut",
    breaks: "pods of one cluster reach neither pods nor nodes of the other",
    topology: "two-regions",
    steps: [`${cluster}-worker`, `${cluster}-worker2`].map((node) =>
      nftStep("clusters-cut", node, {
        forward: ["ip saddr 10.0.0.0/16 ip daddr { 10.2.0.0/16, 172.19.0.5-172.19.0.7 } ct state new drop"],
      }),
    ),
    asks: ["tenancy/pods", "tenancy/services", "pod-to-pod"],
    mustRed: [
      { scenario: "tenancy/pods", id: /athens.*client\/kind-region-hurup/ },
      { scenario: "tenancy/services", id: /athens.*client\/kind-region-hurup/ },
    ],
    mustStayGreen: [
      { scenario: "pod-to-pod/across-nodes" },
      { scenario: "pod-to-pod/same-node" },
      { scenario: "tenancy/pods", id: /hurup.*client\/kind-region-athens/ },
      { scenario: "tenancy/services", id: /hurup.*client\/kind-region-athens/ },
    ],
    causes: [`lost clusters/${context}>kind-region-hurup`],
  },
];

/** The lab's only roles are those of its add-ons; this one has a single rule. */
function ofNameServers(kind: string, make: object, undo: object): Step {
  const resource = `rbac.authorization.k8s.io/v1/${kind}`;
  return { kind: "object", cluster, resource, namespace: "", name: "coredns-mcsapi", make, undo };
}
