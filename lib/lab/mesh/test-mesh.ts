import { setImmediate as nextTurn } from "node:timers/promises";
import { createStore } from "../api/store.ts";
import type { KubeObject, LabCluster, MeshMembership, Store } from "../model.ts";
import { watchServices } from "../node/service-watch.ts";
import type { ServicePorts } from "../node/service-watch.ts";
import { joinMesh } from "./join-mesh.ts";
import { createMesh } from "./mesh.ts";
import type { Mesh } from "./mesh.ts";

/** A member of a mesh: its store, and what its proxies make of that. */
export interface TestMember {
  store: Store;
  /** Addresses that the proxies lead the Service's clients to, in order of the alphabet. */
  backends(service: string): string[];
}

/** A mesh of clusters with stores that only the test and the mesh itself write to. */
export interface TestMesh {
  member(cluster: string): TestMember;
  /** Adds one more cluster, which knows of the others and they of it. */
  join(cluster: string): void;
  /** Resolves when everything that was written has had its effect everywhere. */
  settled(): Promise<void>;
}

/** The namespace of everything that is not said to be elsewhere. */
export const testNamespace = "shop";

/** Starts a mesh of these clusters. In `later` are those that join later, which the others expect. */
export function startTestMesh(
  clusters: string[],
  later: string[] = [],
  membership: Partial<MeshMembership> = {},
): TestMesh {
  const mesh = createMesh();
  const all = [...clusters, ...later];
  const members = new Map<string, TestMember & { settled(): Promise<void> }>();
  const join = (cluster: string): void => {
    const others = all.filter((other) => other !== cluster);
    members.set(cluster, startMember(mesh, describeCluster(cluster, all.indexOf(cluster), membership), others));
  };
  for (const cluster of clusters) join(cluster);
  return {
    join,
    member(cluster) {
      const member = members.get(cluster);
      if (member === undefined) throw new Error(`${cluster} has not joined`);
      return member;
    },
    async settled() {
      // What one controller writes may be another's cause, in other clusters too; nobody here waits for anything but the next turn.
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      await Promise.all([...members.values()].map((member) => member.settled()));
    },
  };
}

function startMember(mesh: Mesh, cluster: LabCluster, others: string[]): TestMember & { settled(): Promise<void> } {
  const store = createStore({ serviceCidr: cluster.serviceCidr });
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: testNamespace } });
  const view = joinMesh({ mesh, others, store, cluster, log: (line) => void process.stderr.write(`${line}\n`) });
  const watch = watchServices(view, "IPv4");
  let ports: ServicePorts = new Map();
  watch.subscribe((now) => (ports = now));
  return {
    store,
    settled: watch.settled,
    backends(name) {
      const own = [...ports.values()].filter((port) => port.service.name === name);
      const endpoints = own.flatMap((port) => port.endpoints.filter(({ ready }) => ready));
      return [...new Set(endpoints.map(({ address }) => address))].toSorted();
    },
  };
}

function describeCluster(name: string, index: number, membership: Partial<MeshMembership>): LabCluster {
  return {
    name,
    podCidr: `10.${2 * index}.0.0/16`,
    serviceCidr: `10.${2 * index + 1}.0.0/16`,
    dnsAddress: `10.${2 * index + 1}.0.10`,
    domain: "cluster.local",
    apiEndpoint: { address: `172.19.0.${index + 2}`, port: 6443 },
    mesh: { id: index + 1, endpointSlices: true, serviceExports: true, ...membership },
    nodes: [],
  };
}

/** Makes a Service `web` with a port `http`, annotated so; each annotation without the `service.cilium.io/` in front of it. */
export function service(annotations: Record<string, string> = {}, spec: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: testNamespace, annotations: spelled(annotations) },
    spec: { ports: [{ name: "http", port: 80, protocol: "TCP" }], ...spec },
  };
}

/** Gives annotations of Services their full names, those with a slash excepted. */
export function spelled(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [
      name.includes("/") ? name : `service.cilium.io/${name}`,
      value,
    ]),
  );
}

/** Makes the EndpointSlice of a Service's pods; an endpoint is ready unless its address ends with an exclamation mark. */
export function slice(addresses: string[], owner = "web"): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${owner}-abcde`,
      namespace: testNamespace,
      labels: {
        "kubernetes.io/service-name": owner,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      },
    },
    addressType: "IPv4",
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    endpoints: addresses.map((address) => ({
      addresses: [address.replace("!", "")],
      conditions: { ready: !address.endsWith("!"), serving: !address.endsWith("!"), terminating: false },
    })),
  };
}
