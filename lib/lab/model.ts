import type { Duplex, Readable, Writable } from "node:stream";

/**
 * The seams between the parts of the lab. The API server, the controllers and the node runtime know each other only by these types.
 */

export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: unknown[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** An object as it is stored and served. Objects handed out are frozen copies in spirit: never change one, update it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  // Kubernetes objects are open records; every part reads only the fields that it knows.
  // oxlint-disable-next-line typescript/no-explicit-any
  [field: string]: any;
}

export type WatchEvent = { type: "ADDED" | "MODIFIED" | "DELETED"; object: KubeObject };

/** Plural and group, as in RBAC: `pods`, `deployments.apps`, `endpointslices.discovery.k8s.io`. */
export type ResourceName = string;

export interface Selection {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/**
 * The memory of one cluster's API server. All calls are synchronous and do what the REST verb does, admission included
 * (defaults, validation, service address and node port allocation, Pod Security, quota). A refused call throws ApiError.
 */
export interface Store {
  get(resource: ResourceName, name: string, namespace?: string): KubeObject | undefined;
  list(resource: ResourceName, selection?: Selection): KubeObject[];
  create(resource: ResourceName, object: KubeObject): KubeObject;
  /** With metadata.resourceVersion set, a stale one throws 409 Conflict. Unchanged content keeps its resourceVersion. */
  update(resource: ResourceName, object: KubeObject, subresource?: "status"): KubeObject;
  /** Read, change by `mutate`, write; undefined when the object is gone or `mutate` returns undefined. */
  modify(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    mutate: (copy: KubeObject) => KubeObject | undefined,
    subresource?: "status",
  ): KubeObject | undefined;
  /**
   * Sets deletionTimestamp where finalizers, a running pod's grace period or a namespace's content ask for it; else removes.
   * A pod with grace 0, or one that was never bound to a node, leaves at once.
   */
  delete(resource: ResourceName, name: string, namespace?: string, options?: DeleteOptions): KubeObject | undefined;
  /** Calls back synchronously after each change. With `replay`, first an ADDED for each object that exists. Returns the stop function. */
  watch(resource: ResourceName, listener: (event: WatchEvent) => void, options?: { replay?: boolean }): () => void;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: "Background" | "Foreground" | "Orphan";
  uid?: string;
}

/** A refused API call; `status` is the body of a Kubernetes Status. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: number, reason: string, message: string, details?: Record<string, unknown>) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** A process that runs in a container. */
export interface ContainerProcess {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Never rejects. `failure` tells that the command could not be started at all (no such file). */
  exited: Promise<{ code: number } | { failure: string }>;
  kill(): void;
}

export interface LogOptions {
  follow?: boolean;
  tailLines?: number;
  sinceSeconds?: number;
  timestamps?: boolean;
  previous?: boolean;
  limitBytes?: number;
}

/** What the API server asks of the node that runs a pod. All throw ApiError when the pod or container is not there. */
export interface Kubelet {
  exec(
    namespace: string,
    pod: string,
    container: string | undefined,
    command: string[],
    options: { stdin: boolean; tty: boolean },
  ): ContainerProcess;
  /** What a container has written in its last run or, with `previous`, the one before. Throws ApiError 400 when there was none yet. */
  logs(namespace: string, pod: string, container: string | undefined, options: LogOptions): Readable;
  /** A connection to a TCP port of the pod, opened inside the pod's own network. */
  dial(namespace: string, pod: string, port: number): Promise<Duplex>;
}

/** What a node has in one family of addresses. */
export interface NodeAddresses {
  /** Address on the bridge. */
  address: string;
  podCidr: string;
}

/** A node of the lab: one network namespace on the lab's bridge. Its own fields are those of IPv4. */
export interface LabNode extends NodeAddresses {
  cluster: string;
  name: string;
  role: "control-plane" | "worker";
  /** Undefined in a cluster of one family. */
  ipv6?: NodeAddresses;
  /** Name below /run/netns. */
  netns: string;
}

export interface PodNetwork {
  /** The pod's addresses, one of each family that its cluster has; IPv4 first. */
  addresses: string[];
  /** Name below /run/netns. */
  netns: string;
  /** Takes the namespace and its address back. Never throws. */
  release(): Promise<void>;
}

/** Gives a pod its own network namespace on a node, routed by that node. `key` is unique per pod (its UID). */
export type AttachPod = (node: LabNode, key: string) => Promise<PodNetwork>;

/** What pods and kubeconfigs use to be known to one cluster's API server. */
export interface Credentials {
  /** PEM. */
  caCertificate: string;
  issueToken(namespace: string, serviceAccount: string): string;
}

/** What a cluster has in one family of addresses. */
export interface ClusterRanges {
  podCidr: string;
  serviceCidr: string;
  /** Address of the Service kube-system/kube-dns: the tenth of the service CIDR. */
  dnsAddress: string;
}

/** Facts that are the same for every part of one cluster. Its own fields are those of IPv4. */
export interface LabCluster extends ClusterRanges {
  /** `region-athens`; the kubeconfig context is `kind-region-athens`. */
  name: string;
  /** Undefined in a cluster of one family. */
  ipv6?: ClusterRanges;
  /** `cluster.local` */
  domain: string;
  /** Address and port of the API server as pods and nodes reach it: the control-plane node's, port 6443. */
  apiEndpoint: { address: string; port: number };
  /** `172.19.255.1-172.19.255.100`: addresses on the bridge for its load balancers. Undefined: it has no load balancer. */
  loadBalancers?: string;
  /** Whether it has an ingress controller; not when left out. */
  hasIngress?: boolean;
  /** What it is in a mesh of clusters. Undefined: its Services are its own. */
  mesh?: MeshMembership;
  nodes: LabNode[];
}

/** How a cluster takes part in a mesh of clusters. */
export interface MeshMembership {
  /** Unique in the mesh, from 1. */
  id: number;
  /** Whether endpoints of other clusters are written into EndpointSlices. */
  endpointSlices: boolean;
  /** Whether ServiceExports and ServiceImports are served. */
  serviceExports: boolean;
}
