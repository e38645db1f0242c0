import type { KubeObject } from "../../model.ts";
import { hiding, named, withSpec } from "./looks.ts";
import type { Sight, View } from "./view.ts";

/** What the EndpointSlice controller may see wrongly. */
export const endpointSliceViews: View[] = [
  {
    name: "endpoint-slice.missing-pod",
    sees: { pods: (there) => hiding((pod) => isLastOfItsDaemons(pod, there))(there, blind) },
  },
  { name: "endpoint-slice.wrong-target-port", sees: { services: withSpec(named("echo-numbered"), withDeafTargets) } },
  { name: "endpoint-slice.readiness-ignored", sees: { services: withSpec(named("ready-only"), publishingAll) } },
  {
    name: "endpoint-slice.balancer-readiness-ignored",
    sees: { services: withSpec(named("balanced-ready"), publishingAll) },
  },
  {
    name: "endpoint-slice.foreign-selector",
    sees: { services: withSpec(named("empty"), (spec) => ({ ...spec, selector: { "meshgate.dev/role": "echo" } })) },
  },
];

const blind: Sight = { seen: [], all: () => [] };

/** Of the pods of one DaemonSet, the one on the node whose name sorts last. */
function isLastOfItsDaemons(pod: KubeObject, pods: readonly KubeObject[]): boolean {
  const [owner] = pod.metadata.ownerReferences ?? [];
  if (owner?.kind !== "DaemonSet") return false;
  const nodes = pods
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner.uid)
    .map(({ spec }): string => spec.nodeName ?? "");
  return nodes.length > 1 && nodes.every((node) => node <= (pod["spec"].nodeName ?? ""));
}

/** Ports at which nobody listens. */
function withDeafTargets(spec: KubeObject[string]): object {
  return { ...spec, ports: spec.ports?.map((port: object, index: number) => ({ ...port, targetPort: 9 + index })) };
}

function publishingAll(spec: KubeObject[string]): object {
  return { ...spec, publishNotReadyAddresses: true };
}
