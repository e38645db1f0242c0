import type { NameRule, Resource } from "./resource.ts";

type Traits = Partial<Omit<Resource, "group" | "kind" | "plural">> & { scope?: "cluster" };

/** Lists the resources that are served without any CustomResourceDefinition. */
export const builtinResources: readonly Resource[] = [
  define("", "Namespace", "namespaces", {
    scope: "cluster",
    shortNames: ["ns"],
    subresources: ["status", "finalize"],
    names: "label",
    deleteAnswer: "object",
    selectableFields: ["status.phase"],
  }),
  define("", "Node", "nodes", {
    scope: "cluster",
    shortNames: ["no"],
    subresources: ["status"],
    selectableFields: ["spec.unschedulable"],
  }),
  define("", "Pod", "pods", {
    shortNames: ["po"],
    subresources: ["status", "log", "exec", "attach", "portforward", "binding", "eviction"],
    categories: ["all"],
    generation: true,
    deleteAnswer: "object",
    selectableFields: [
      "spec.nodeName",
      "spec.restartPolicy",
      "spec.schedulerName",
      "spec.serviceAccountName",
      "spec.hostNetwork",
      "status.phase",
      "status.podIP",
      "status.nominatedNodeName",
    ],
  }),
  define("", "Service", "services", {
    shortNames: ["svc"],
    subresources: ["status"],
    categories: ["all"],
    names: "label",
    deleteAnswer: "object",
    selectableFields: ["spec.clusterIP", "spec.type"],
  }),
  define("", "Endpoints", "endpoints", { singular: "endpoints", shortNames: ["ep"] }),
  define("", "ConfigMap", "configmaps", { shortNames: ["cm"] }),
  define("", "Secret", "secrets", { selectableFields: ["type"] }),
  define("", "ServiceAccount", "serviceaccounts", {
    shortNames: ["sa"],
    subresources: ["token"],
    deleteAnswer: "object",
  }),
  define("", "Event", "events", {
    shortNames: ["ev"],
    selectableFields: [
      "involvedObject.kind",
      "involvedObject.namespace",
      "involvedObject.name",
      "involvedObject.uid",
      "involvedObject.apiVersion",
      "involvedObject.resourceVersion",
      "involvedObject.fieldPath",
      "reason",
      "reportingComponent",
      "source",
      "type",
    ],
  }),
  define("", "ResourceQuota", "resourcequotas", {
    shortNames: ["quota"],
    subresources: ["status"],
    deleteAnswer: "object",
  }),
  define("", "LimitRange", "limitranges", { shortNames: ["limits"] }),
  define("events.k8s.io", "Event", "events", {
    shortNames: ["ev"],
    storedAs: "events",
    selectableFields: ["reason", "type", "regarding.kind", "regarding.name", "regarding.namespace", "regarding.uid"],
  }),
  define("apps", "Deployment", "deployments", {
    shortNames: ["deploy"],
    subresources: ["status", "scale"],
    categories: ["all"],
    generation: true,
  }),
  define("apps", "ReplicaSet", "replicasets", {
    shortNames: ["rs"],
    subresources: ["status", "scale"],
    categories: ["all"],
    generation: true,
    selectableFields: ["status.replicas"],
  }),
  define("apps", "DaemonSet", "daemonsets", {
    shortNames: ["ds"],
    subresources: ["status"],
    categories: ["all"],
    generation: true,
  }),
  define("apps", "StatefulSet", "statefulsets", {
    shortNames: ["sts"],
    subresources: ["status", "scale"],
    categories: ["all"],
    generation: true,
  }),
  define("discovery.k8s.io", "EndpointSlice", "endpointslices", { generation: true }),
  define("networking.k8s.io", "Ingress", "ingresses", {
    singular: "ingress",
    shortNames: ["ing"],
    subresources: ["status"],
    generation: true,
  }),
  define("networking.k8s.io", "IngressClass", "ingressclasses", {
    singular: "ingressclass",
    scope: "cluster",
    generation: true,
  }),
  define("networking.k8s.io", "NetworkPolicy", "networkpolicies", {
    singular: "networkpolicy",
    shortNames: ["netpol"],
    generation: true,
  }),
  define("coordination.k8s.io", "Lease", "leases", {}),
  define("rbac.authorization.k8s.io", "Role", "roles", { names: "path-segment" }),
  define("rbac.authorization.k8s.io", "RoleBinding", "rolebindings", { names: "path-segment" }),
  define("rbac.authorization.k8s.io", "ClusterRole", "clusterroles", { scope: "cluster", names: "path-segment" }),
  define("rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", {
    scope: "cluster",
    names: "path-segment",
  }),
  define("storage.k8s.io", "StorageClass", "storageclasses", {
    singular: "storageclass",
    scope: "cluster",
    shortNames: ["sc"],
    deleteAnswer: "object",
  }),
  define("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions", {
    scope: "cluster",
    shortNames: ["crd", "crds"],
    subresources: ["status"],
    categories: ["api-extensions"],
    generation: true,
  }),
];

function define(group: string, kind: string, plural: string, { scope, ...traits }: Traits): Resource {
  const names: NameRule = "subdomain";
  return {
    group,
    versions: ["v1"],
    kind,
    plural,
    singular: plural.slice(0, -1),
    shortNames: [],
    namespaced: scope !== "cluster",
    subresources: [],
    categories: [],
    names,
    generation: false,
    deleteAnswer: "status",
    selectableFields: [],
    ...traits,
  };
}
