import type { ClusterView } from "./cluster-view.ts";
import { onPort, targets } from "./find-name.ts";
import type { Found, Target } from "./find-name.ts";

/**
 * Finds what a lower-case name inside `zone`, the domain of a set of clusters, stands for. A headless Service has names below its own: each
 * endpoint's, behind it that of its cluster. No name stands for all endpoints of one cluster.
 *
 * @see https://github.com/kubernetes/enhancements/blob/master/keps/sig-multicluster/1645-multi-cluster-services-api/specification.md
 */
export function findImport(view: ClusterView, zone: string, name: string): Found {
  if (name === zone) return { kind: "empty" };
  const [kind, namespace, service, ...below] = name
    .slice(0, -zone.length - 1)
    .split(".")
    .toReversed();
  if (kind !== "svc") return { kind: "none" };
  if (namespace === undefined) return { kind: "empty" };
  if (!view.hasNamespace(namespace)) return { kind: "none" };
  if (service === undefined) return { kind: "empty" };
  const facts = view.imported(namespace, service);
  if (facts === undefined || below.length === 1 || below.length > 2) return { kind: "none" };
  const owner = `${service}.${namespace}.svc.${zone}`;
  const endpoints = view
    .importedEndpoints(namespace, service)
    .map(({ address, ports, label, cluster }): Target => ({ address, ports, owner: `${label}.${cluster}.${owner}` }));
  const [first = "", second = ""] = below;
  const isPort = first.startsWith("_") || second.startsWith("_");
  if (below.length === 2 && !isPort) {
    return targets(endpoints.filter((target) => target.owner === `${second}.${first}.${owner}`));
  }
  const { addresses, ports } = facts;
  const all = addresses.length > 0 ? addresses.map((address): Target => ({ address, ports, owner })) : endpoints;
  return below.length === 0 ? targets(all) : targets(onPort(all, second, first));
}
