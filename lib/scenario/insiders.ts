import type { Pod } from "./place.ts";
import type { ClusterView } from "./world.ts";

/** What tells addresses of a cluster from those of the world around it. */
export type Insiders = Pick<ClusterView, "nodeAddresses" | "clients" | "echoes">;

/**
 * Tells whether an address is one that a cluster puts into packets that pass it: any node's, or one of the networks of its pods, `pod`
 * among them. Where nodes have addresses in the pods' networks only the nodes' own tell: others there may be anybody's.
 */
export function isOfCluster(address: string, pod: Pod, { nodeAddresses, clients, echoes }: Insiders): boolean {
  if (nodeAddresses.includes(address)) return true;
  const ofNodes = new Set(nodeAddresses.map(network));
  const ofPods = [pod, ...clients, ...echoes].flatMap(addressIfKnown).map(network);
  return ofPods.some((each) => each === network(address) && !ofNodes.has(each));
}

function addressIfKnown(pod: Pod): string[] {
  try {
    return [pod.address];
  } catch {
    // That it does not run is told elsewhere.
    return [];
  }
}

function network(of: string): string {
  return of.slice(0, of.lastIndexOf(of.includes(":") ? ":" : "."));
}
