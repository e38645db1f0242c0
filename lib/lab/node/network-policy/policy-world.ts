import type { KubeObject } from "../../model.ts";

/** All of a cluster that policies can speak of, at one moment. */
export interface PolicyWorld {
  /** Those that policies can select; not those of the node's own network, and none that has ended. */
  pods: readonly PolicyPod[];
  /** Name to labels. */
  namespaces: ReadonlyMap<string, Record<string, string>>;
  policies: readonly KubeObject[];
}

/** What policies ask of a pod. */
export interface PolicyPod {
  uid: string;
  namespace: string;
  name: string;
  labels: Record<string, string>;
  /** Empty until the pod is bound. */
  nodeName: string;
  /** Empty until the pod has its network. */
  addresses: string[];
  ports: NamedPort[];
}

export interface NamedPort {
  name: string;
  protocol: string;
  port: number;
}

/**
 * Reads what policies ask of a pod. Undefined for pods of the node's own network, which policies cannot tell from the node, and for pods that
 * have ended, whose address may be another's by now.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export function policyPod({ metadata, spec, status }: KubeObject): PolicyPod | undefined {
  if (spec?.hostNetwork || ["Succeeded", "Failed"].includes(status?.phase)) return undefined;
  const { uid, namespace = "", name, labels = {} } = metadata;
  const addresses: { ip: string }[] = status?.podIPs ?? (status?.podIP ? [{ ip: status.podIP }] : []);
  return {
    uid: uid ?? `${namespace}/${name}`,
    namespace,
    name,
    labels,
    nodeName: spec?.nodeName ?? "",
    addresses: addresses.map(({ ip }) => ip),
    ports: namedPorts(spec),
  };
}

/** An init container that stays beside the others serves as they do. */
function namedPorts(spec: KubeObject[string]): NamedPort[] {
  const sidecars = (spec?.initContainers ?? []).filter(
    ({ restartPolicy }: KubeObject[string]) => restartPolicy === "Always",
  );
  return [...(spec?.containers ?? []), ...sidecars].flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ name, protocol = "TCP", containerPort }: KubeObject[string]) =>
      name === undefined ? [] : [{ name, protocol, port: containerPort }],
    ),
  );
}
