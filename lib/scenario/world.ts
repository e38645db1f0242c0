import { isIP } from "node:net";
import { type Family, familyOf } from "../base/family.ts";
import type { Api, Asker, Ingress, Named, Node, Pod, Service } from "./place.ts";
import type { AddressPool } from "../cluster/features/address-pools.ts";
import { defaultNodePortRange, type NodePortRange } from "../cluster/features/node-port-range.ts";
import type { Cilium } from "../cluster/features/cilium.ts";
import type { Mechanism } from "../cluster/features/mesh.ts";
import type { Settings } from "./settings.ts";
import type { Vantage } from "./vantage.ts";

/** The clusters under test over each address family that some of them have; in each world only those that have it. */
export type WorldsByFamily = ReadonlyMap<Family, World>;

/** What a scenario sees of the clusters under test: names, not addresses. Clusters come in the order of the options. */
export interface World {
  clusters: ClusterView[];
  /** Also those that lack what the scenario needs: their pods can still ask the others. */
  allClusters: ClusterView[];
  settings: Settings;
  /** Who asks a node, or what lies behind it, from outside of its cluster; undefined where nobody can. */
  outsideOf(node: Node): Asker | undefined;
  /** For whom that asker stands, by context. */
  vantageOf(cluster: string): Vantage | undefined;
  /** What the Ingresses of each tested class of a cluster make reachable; empty without a class. */
  ingressesOf(cluster: ClusterView): Ingress[];
}

/** How a cluster stands to the others of the run. */
export interface Ties {
  /** Whether it is the run's first one: objects of manifests can be meant for that one only, or for all but that. */
  isFirst: boolean;
  /** The other clusters of the run that this joins to it. */
  joinedBy(mechanism: Mechanism): ClusterView[];
  /** How Cilium is set up in it; undefined where it is not, or may not be looked at. */
  cilium?: Cilium;
}

export interface ClusterView extends Ties {
  /** The kubeconfig context. */
  name: string;
  nodes: Node[];
  /** Nodes of the control plane, chosen or not; none where the cluster does not show them. */
  controlPlane: Node[];
  /** Internal addresses of all its nodes, also of those that are not chosen. */
  nodeAddresses: string[];
  /** Pools of addresses for Services of type LoadBalancer, as they were when the run began; empty where none is known. */
  addressPools: AddressPool[];
  nodePortRange: NodePortRange;
  /** Its API server, to ask about objects. */
  api: Api;
  /** One agent that asks on each chosen node. */
  clients: Pod[];
  /** One agent that answers on each chosen node; it can ask too. */
  echoes: Pod[];
  /** One agent in the own network of each chosen node; they run where the setting `hostNetwork` allows it. */
  hosts: Pod[];
  /** The Service by which pods reach the API server; over whichever family it has. */
  apiService: Service;
  /** The pods of a DaemonSet in fixtures/manifests, one on each chosen node. */
  workloads(name: string): Pod[];
  /** The only pod of a Deployment in fixtures/manifests, by the Deployment's name. */
  workload(name: string, namespace?: NamespaceOf): Pod;
  /** The pods that a Deployment has at the time, which changes replace: `name-1` to `name-COUNT`, by node and name. */
  replicas(name: string, count: number, namespace?: NamespaceOf): Pod[];
  /** A Service in fixtures/manifests. */
  service(name: string, namespace?: NamespaceOf): Service;
  /** Servers behind the cluster's DNS Service; their addresses are known before anything is deployed. */
  dnsServers: (Named & DnsServer)[];
  /** A name that is asked of the cluster's DNS. */
  dnsName(name: string): Named;
  /** A port of the node port range that no Service has; known once Services are deployed. */
  readonly freeNodePort: number;
  /** `cluster.local`; known once agents run. */
  readonly domain: string;
}

/** One server behind the DNS Service; `name` and `node` together are unique and stay when the pod is replaced. */
export interface DnsServer {
  name: string;
  node: string;
  address: string;
  port: number;
}

/** The run's own namespace, the second one that some scenarios need, or the privileged one for pods in the nodes' network. */
export type NamespaceOf = "run" | "other" | "host";

/** Names the namespaces of a run after its own one. */
export function namespacesOf(run: string): Record<NamespaceOf, string> {
  return { run, other: `${run}-other`, host: `${run}-host` };
}

export interface NodeAddresses {
  name: string;
  addresses: string[];
}

/** The Service of every cluster that leads to its API server. */
export const apiServiceOf = { namespace: "default", name: "kubernetes" } as const;

/** Facts that, but for the names of the namespaces, exist only after deployment; the views above read them late. */
export interface LiveFacts {
  readonly namespaces: Record<NamespaceOf, string>;
  pods: Map<string, PodFacts>;
  services: Map<string, ServiceFacts>;
  domains: Map<string, string>;
  /** Node ports that Services of a cluster have, of whatever namespace. */
  takenNodePorts: Map<string, Set<number>>;
  /** UIDs of pods that scenarios scaled away, replaced or rolled out themselves. */
  takenAway: Set<string>;
}

export interface PodFacts {
  addresses: string[];
  uid: string;
  name: string;
  node: string;
  restartCount: number;
}

export interface ServiceFacts {
  /** Cluster addresses, the first of the cluster's first family; empty for a headless Service. */
  addresses: string[];
  /** Addresses and names. */
  loadBalancerHosts: string[];
  nodePorts: Map<string, number>;
  healthCheckNodePort: number | undefined;
}

/** Where in LiveFacts a pod is kept. */
export function podKey(pod: Pick<Pod, "cluster" | "namespace" | "name" | "node">): string {
  return JSON.stringify([pod.cluster, pod.namespace, pod.name, pod.node]);
}

/** The name of one pod of a Deployment in views and LiveFacts; counts from 0. */
export function replicaName(deployment: string, index: number): string {
  return `${deployment}-${index + 1}`;
}

/** Where in LiveFacts a Service is kept. */
export function serviceKey(service: Pick<Service, "cluster" | "namespace" | "name">): string {
  return JSON.stringify([service.cluster, service.namespace, service.name]);
}

/** What is known of a cluster from the beginning, beyond its chosen nodes and name servers. */
export type KnownFacts = Pick<ClusterView, "nodeAddresses" | "addressPools" | "nodePortRange"> & {
  controlPlane: NodeAddresses[];
};

const nothingKnown: KnownFacts = {
  nodeAddresses: [],
  addressPools: [],
  nodePortRange: defaultNodePortRange,
  controlPlane: [],
};

/** Makes the view of one cluster. `nodes` are the chosen ones. With a family, all addresses are of that one; else they are the first. */
export function viewCluster(
  cluster: string,
  nodes: NodeAddresses[],
  dnsServers: DnsServer[],
  live: LiveFacts,
  family?: Family,
  known = nothingKnown,
  ties: Ties = { isFirst: true, joinedBy: () => [] },
): ClusterView {
  const inFamily = family === undefined ? {} : { family };
  const ofFamily = (addresses: string[]) =>
    family === undefined ? addresses : addresses.filter((address) => familyOf(address) === family);
  const only = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`${what}${family === undefined ? "" : ` over ${family}`}`);
    return value;
  };
  const pod = (name: string, namespace: NamespaceOf = "run", node?: string): Pod => {
    const facts = () => {
      const found = live.pods.get(podKey({ cluster, namespace: live.namespaces[namespace], name, node }));
      if (!found) throw new Error(`the pod ${name} of ${cluster} does not run yet`);
      return found;
    };
    return {
      kind: "pod",
      cluster,
      name,
      ...inFamily,
      ...(node === undefined ? {} : { node }),
      within: namespace,
      get namespace() {
        return live.namespaces[namespace];
      },
      get address() {
        return only(ofFamily(facts().addresses)[0], `the pod ${name} of ${cluster} has no address`);
      },
      get uid() {
        return facts().uid;
      },
      get placedOn() {
        return node ?? live.pods.get(podKey({ cluster, namespace: live.namespaces[namespace], name, node }))?.node;
      },
    };
  };
  const domain = () => {
    const found = live.domains.get(cluster);
    if (found === undefined) throw new Error(`the DNS domain of ${cluster} is not known yet`);
    return found;
  };
  const service = (name: string, namespaceOf: () => string, within?: NamespaceOf): Service => {
    const present = () => live.services.get(serviceKey({ cluster, namespace: namespaceOf(), name }));
    const facts = () => {
      const found = present();
      if (!found) throw new Error(`the Service ${name} of ${cluster} is not there yet`);
      return found;
    };
    const having = <T>(value: T | undefined, what: string): T =>
      only(value, `the Service ${name} of ${cluster} has no ${what}`);
    // A name may stand for addresses of both families.
    const loadBalancerHosts = () =>
      facts().loadBalancerHosts.filter((host) => isIP(host) === 0 || ofFamily([host]).length > 0);
    return {
      kind: "service",
      cluster,
      name,
      ...inFamily,
      ...(within === undefined ? {} : { within }),
      get namespace() {
        return namespaceOf();
      },
      get isHeadless() {
        return present()?.addresses.length === 0;
      },
      get address() {
        return having(ofFamily(facts().addresses)[0], "address");
      },
      get loadBalancerHost() {
        return having(loadBalancerHosts()[0], "address of a load balancer");
      },
      get loadBalancerHosts() {
        return loadBalancerHosts();
      },
      nodePort: (port) => having(facts().nodePorts.get(port), `node port ${port}`),
      get healthCheckNodePort() {
        return having(facts().healthCheckNodePort, "health check node port");
      },
      get fullName() {
        return `${name}.${namespaceOf()}.svc.${domain()}`;
      },
    };
  };
  const nodePlace = ({ name: node, addresses }: NodeAddresses): Node => ({
    kind: "node",
    cluster,
    node,
    name: "node",
    address: ofFamily(addresses)[0] ?? "",
    ...inFamily,
  });
  // It has one family only, also where nodes and pods have two.
  const apiService =
    family === undefined
      ? service(apiServiceOf.name, () => apiServiceOf.namespace)
      : viewCluster(cluster, [], [], live).apiService;
  return {
    ...ties,
    name: cluster,
    ...known,
    nodes: nodes.map(nodePlace),
    controlPlane: known.controlPlane.map(nodePlace),
    api: { kind: "api", cluster, name: "api" },
    clients: nodes.map(({ name: node }) => pod("client", "run", node)),
    echoes: nodes.map(({ name: node }) => pod("echo", "run", node)),
    hosts: nodes.map(({ name: node }) => pod("host", "host", node)),
    apiService,
    workloads: (name) => nodes.map(({ name: node }) => pod(name, "run", node)),
    workload: (name, namespace) => pod(name, namespace),
    replicas: (name, count, namespace) =>
      Array.from({ length: count }, (_, index) => pod(replicaName(name, index), namespace)),
    service: (name, namespace = "run") => service(name, () => live.namespaces[namespace], namespace),
    dnsServers: dnsServers
      .filter(({ address }) => ofFamily([address]).length > 0)
      .map((server) => ({ kind: "named", cluster, ...inFamily, ...server })),
    dnsName: (name) => ({ kind: "named", cluster, name, ...inFamily }),
    get freeNodePort() {
      const taken = live.takenNodePorts.get(cluster);
      const { first, last } = known.nodePortRange;
      let free = last;
      // From the end of the range, where allocation by chance is as likely as anywhere.
      while (taken?.has(free)) free -= 1;
      if (!taken || free < first) throw new Error(`no free node port of ${cluster} is known yet`);
      return free;
    },
    get domain() {
      return domain();
    },
  };
}
