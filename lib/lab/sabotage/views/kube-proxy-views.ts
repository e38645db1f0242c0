import { storageKey } from "../../api/storage.ts";
import type { KubeObject } from "../../model.ts";
import { foreignAddress } from "./foreign-address.ts";
import { hiding, lingering, named, withSpec } from "./looks.ts";
import { lingeringEndpoints, sliceOf, sliceResource, withEndpoints } from "./slice-looks.ts";
import type { Look, View } from "./view.ts";

interface Port {
  name?: string;
  nodePort?: number;
}

const any = (): boolean => true;

/** What a node's proxy may see wrongly. */
export const kubeProxyViews: View[] = [
  { name: "kube-proxy.no-service", sees: { services: hiding(named("echo")) } },
  {
    name: "kube-proxy.missing-endpoint",
    sees: { [sliceResource]: withEndpoints(any, (all) => all.toSorted(byNode).slice(0, Math.max(1, all.length - 1))) },
  },
  { name: "kube-proxy.stale-endpoints", sees: { [sliceResource]: lingeringEndpoints } },
  { name: "kube-proxy.stale-services", sees: { services: lingering(), [sliceResource]: lingering() } },
  { name: "kube-proxy.readiness-ignored", sees: { [sliceResource]: withEndpoints(any, (all) => all.map(asReady)) } },
  {
    name: "kube-proxy.no-affinity",
    sees: { services: withSpec(any, (spec) => ({ ...spec, sessionAffinity: "None" })) },
  },
  { name: "kube-proxy.no-node-ports", sees: { services: withSpec(any, withoutNodePorts) } },
  { name: "kube-proxy.swapped-node-ports", sees: { services: swappedNodePorts } },
  {
    name: "kube-proxy.cluster-policy",
    sees: { services: withSpec(any, (spec) => ({ ...spec, externalTrafficPolicy: "Cluster" })) },
  },
  {
    name: "kube-proxy.no-health-check",
    sees: { services: withSpec(any, (spec) => ({ ...spec, healthCheckNodePort: 0 })) },
  },
  {
    name: "kube-proxy.endpoints-are-own",
    sees: {
      [sliceResource]: withEndpoints(sliceOf("balanced-local"), (all, { node }) =>
        all.map((endpoint) => (node === undefined ? endpoint : { ...endpoint, nodeName: node })),
      ),
    },
  },
  { name: "kube-proxy.foreign-address", sees: { services: foreignAddress } },
];

function byNode(
  { nodeName: one = "" }: { nodeName?: string },
  { nodeName: other = "" }: { nodeName?: string },
): number {
  return one < other ? -1 : Number(one > other);
}

function asReady<Endpoint extends object>(endpoint: Endpoint): Endpoint {
  return { ...endpoint, conditions: { ready: true, serving: true, terminating: false } };
}

function withoutNodePorts(spec: KubeObject[string]): object {
  return { ...spec, ports: spec.ports?.map((port: Port) => ({ ...port, nodePort: 0 })) };
}

/** The node port of each port of a NodePort Service is that of the next such Service's port of the same name. */
function swappedNodePorts(there: readonly KubeObject[]): readonly KubeObject[] {
  const services = there.filter(({ spec }) => spec.type === "NodePort").toSorted(byKey);
  const look: Look = withSpec(
    (object) => services.includes(object),
    (spec, object) => {
      const next = services[(services.indexOf(object) + 1) % services.length];
      const ports: Port[] = next?.["spec"].ports ?? [];
      const nodePortOf = (own: Port) => ports.find(({ name }) => name === own.name)?.nodePort ?? own.nodePort;
      return { ...spec, ports: spec.ports.map((port: Port) => ({ ...port, nodePort: nodePortOf(port) })) };
    },
  );
  return look(there, { seen: [], all: () => [] });
}

function byKey(one: KubeObject, other: KubeObject): number {
  return storageKey(one) < storageKey(other) ? -1 : 1;
}
