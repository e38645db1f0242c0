import type { KubeObject } from "../../model.ts";
import { changing, hiding, named, withSpec } from "./looks.ts";
import type { Sight, View } from "./view.ts";

interface Port {
  name?: string;
  targetPort?: number | string;
}

/** What the EndpointSlice controller may see wrongly. */
export const endpointSliceViews: View[] = [
  {
    name: "endpoint-slice.missing-pod",
    sees: { pods: (there) => hiding((pod) => isLastOfItsDaemons(pod, there))(there, blind) },
  },
  {
    name: "endpoint-slice.wrong-target-port",
    sees: { services: withSpec(named("echo-numbered"), (spec) => ({ ...spec, ports: turned(spec.ports) })) },
  },
  { name: "endpoint-slice.readiness-ignored", sees: { pods: changing(asReady) } },
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

/** Each TCP port leads where the next one does. */
function turned(ports: Port[]): Port[] {
  const [first, second, ...rest] = ports;
  if (first === undefined || second === undefined) return ports;
  return [
    { ...first, ...(second.targetPort !== undefined && { targetPort: second.targetPort }) },
    { ...second, ...(first.targetPort !== undefined && { targetPort: first.targetPort }) },
    ...rest,
  ];
}

function asReady(pod: KubeObject): KubeObject {
  const conditions: { type: string; status: string }[] = pod["status"]?.conditions ?? [];
  if (!conditions.some(({ type, status }) => type === "Ready" && status !== "True")) return pod;
  const ready = conditions.map((condition) =>
    condition.type === "Ready" ? { ...condition, status: "True" } : condition,
  );
  return { ...pod, status: { ...pod["status"], conditions: ready } };
}
