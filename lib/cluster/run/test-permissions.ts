/** A right that a run needs, as RBAC has it. */
export interface Permission {
  group: string;
  resource: string;
  verbs: string[];
  /** The only namespace that it is needed in; absent: those of the run, whose names nobody knows before, or none. */
  namespace?: string;
  names?: string[];
  for: string;
  /** Why the recorded run, on the lab, did without; absent where it did not. Verbs that it did not use, or all. */
  unseen?: { verbs: string[]; why: string };
}

const noCilium = "the lab has no Cilium of its own";
/** The lab, like older API servers, asks for the right to patch alone. */
const applied = { verbs: ["create"], why: "an apply of what is not there is a PATCH that creates" };

/** Everything that a run asks of an API server, and nothing else: the one table that the manifest of the CronJob is held against. */
export const permissions: Permission[] = [
  {
    group: "",
    resource: "namespaces",
    verbs: ["get", "list", "create", "patch", "delete"],
    for: "the run's namespaces and their heartbeat; the identity of the cluster; what dead runs left",
    unseen: applied,
  },
  { group: "", resource: "nodes", verbs: ["list"], for: "where agents may run" },
  { group: "", resource: "events", verbs: ["list"], for: "why pods do not come up; evidence" },
  {
    group: "",
    resource: "services",
    verbs: ["get", "list", "create", "patch", "delete"],
    for: "what is tested; DNS, node ports and load balancers that are there already",
    unseen: applied,
  },
  {
    group: "",
    resource: "pods",
    verbs: ["get", "list", "delete"],
    for: "agents and workloads; what runs in kube-system",
  },
  { group: "", resource: "pods/log", verbs: ["get"], for: "why pods do not come up; evidence" },
  { group: "", resource: "serviceaccounts", verbs: ["get"], for: "whether a new namespace is ready for pods" },
  {
    group: "",
    resource: "pods/exec",
    verbs: ["get", "create"],
    for: "the streams to agents",
    unseen: { verbs: ["create"], why: "API servers of 1.35 and later want it for what begins with a GET, too" },
  },
  { group: "", resource: "configmaps", verbs: ["create", "patch"], for: "the agents' script", unseen: applied },
  {
    group: "",
    resource: "secrets",
    verbs: ["create", "patch"],
    for: "certificates of Ingresses, a pull secret",
    unseen: applied,
  },
  { group: "", resource: "limitranges", verbs: ["create", "patch"], for: "tenancy", unseen: applied },
  { group: "", resource: "resourcequotas", verbs: ["get", "create", "patch"], for: "tenancy", unseen: applied },
  {
    group: "apps",
    resource: "daemonsets",
    verbs: ["list", "create", "patch"],
    for: "agents, policy engines",
    unseen: applied,
  },
  { group: "apps", resource: "deployments", verbs: ["list", "create", "patch"], for: "workloads", unseen: applied },
  { group: "apps", resource: "replicasets", verbs: ["list"], for: "which pods are whose" },
  { group: "discovery.k8s.io", resource: "endpointslices", verbs: ["list"], for: "who is behind Services" },
  { group: "networking.k8s.io", resource: "ingressclasses", verbs: ["list"], for: "what to test" },
  {
    group: "networking.k8s.io",
    resource: "servicecidrs",
    verbs: ["list"],
    for: "address families of Services",
    unseen: { verbs: ["list"], why: "the lab does not have them" },
  },
  {
    group: "networking.k8s.io",
    resource: "ingresses",
    verbs: ["get", "list", "create", "patch"],
    for: "what is tested; evidence",
    unseen: {
      verbs: ["create", "list"],
      why: "as for all that is applied; evidence of findings through an Ingress lists them",
    },
  },
  {
    group: "networking.k8s.io",
    resource: "networkpolicies",
    verbs: ["get", "create", "patch", "delete"],
    for: "what is tested",
    unseen: applied,
  },
  {
    group: "multicluster.x-k8s.io",
    resource: "serviceexports",
    verbs: ["get", "create", "patch", "delete"],
    for: "what is tested",
    unseen: applied,
  },
  { group: "multicluster.x-k8s.io", resource: "serviceimports", verbs: ["get", "list"], for: "what is tested" },
  {
    group: "metallb.io",
    resource: "ipaddresspools",
    verbs: ["get", "list"],
    for: "which addresses are the cluster's own",
  },
  {
    group: "cilium.io",
    resource: "ciliumloadbalancerippools",
    verbs: ["get", "list"],
    for: "which addresses are the cluster's own",
    unseen: { verbs: ["get", "list"], why: noCilium },
  },
  {
    group: "cilium.io",
    resource: "ciliumnodes",
    verbs: ["list"],
    for: "which addresses pods get",
    unseen: { verbs: ["list"], why: noCilium },
  },
  {
    group: "cilium.io",
    resource: "ciliuml2announcementpolicies",
    verbs: ["list"],
    for: "who announces addresses of load balancers",
    unseen: { verbs: ["list"], why: noCilium },
  },
  {
    group: "cilium.io",
    resource: "ciliumnetworkpolicies",
    verbs: ["get", "create", "patch", "delete"],
    for: "what is tested",
    unseen: { verbs: ["get", "create", "patch", "delete"], why: noCilium },
  },
  {
    group: "",
    resource: "configmaps",
    verbs: ["get"],
    namespace: "kube-system",
    names: ["coredns", "cilium-config"],
    for: "how DNS and Cilium are set up",
  },
  {
    group: "",
    resource: "secrets",
    verbs: ["get"],
    namespace: "kube-system",
    names: ["cilium-clustermesh", "cilium-kvstoremesh"],
    for: "which clusters a ClusterMesh joins",
  },
];
