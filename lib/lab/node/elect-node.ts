import { createHash } from "node:crypto";
import { objectSelector } from "../api/select/label-selector.ts";
import type { ObjectSelector } from "../api/select/label-selector.ts";
import { parseAddressRange, rangeHolds } from "../../base/address.ts";
import type { KubeObject } from "../model.ts";
import type { Endpoint } from "./service-ports.ts";

/** What the choice of a node for a load balancer's address depends on besides the Service. */
export interface ElectionRoll {
  nodes: readonly KubeObject[];
  pools: readonly KubeObject[];
  advertisements: readonly KubeObject[];
}

/** What of a Service it depends on. */
export interface Candidacy {
  address: string;
  externalPolicy: "Cluster" | "Local";
  endpoints: readonly Endpoint[];
}

const excluded = "node.kubernetes.io/exclude-from-external-load-balancers";

/**
 * Chooses the node that answers for a load balancer's address. Undefined when none does: no endpoint can serve, no advertisement has the
 * address's pool, or no node is left. Under a Local policy only nodes with an endpoint count. The same address gets the same node as long
 * as that can be had.
 *
 * @see https://metallb.io/concepts/layer2/
 */
export function electNode({ address, externalPolicy, endpoints }: Candidacy, roll: ElectionRoll): string | undefined {
  const serving = endpoints.filter((endpoint) => endpoint.ready || endpoint.serving);
  if (serving.length === 0) return undefined;
  const pool = roll.pools.find((one) => holds(one, address));
  const advertisements = pool === undefined ? [] : roll.advertisements.filter((one) => advertises(one, pool));
  const candidates = roll.nodes
    .filter((node) => isAlive(node) && advertisements.some((one) => isMadeFrom(one, node)))
    .map(({ metadata }) => metadata.name)
    .filter((name) => externalPolicy === "Cluster" || serving.some(({ nodeName }) => nodeName === name));
  return candidates.toSorted((one, other) => (rank(one, address) < rank(other, address) ? -1 : 1))[0];
}

function holds(pool: KubeObject, address: string): boolean {
  return (pool["spec"]?.addresses ?? []).some((text: string) => {
    const range = parseAddressRange(text);
    return range !== undefined && rangeHolds(range, address);
  });
}

function advertises({ spec = {} }: KubeObject, pool: KubeObject): boolean {
  const names: string[] = spec.ipAddressPools ?? [];
  const selectors: ObjectSelector[] = spec.ipAddressPoolSelectors ?? [];
  if (names.length + selectors.length === 0) return true;
  return names.includes(pool.metadata.name) || selectors.some((one) => objectSelector(one)(pool.metadata.labels));
}

function isMadeFrom({ spec = {} }: KubeObject, node: KubeObject): boolean {
  const selectors: ObjectSelector[] = spec.nodeSelectors ?? [];
  return selectors.length === 0 || selectors.some((one) => objectSelector(one)(node.metadata.labels));
}

/** With its node, the speaker on it is gone. */
function isAlive({ metadata, status }: KubeObject): boolean {
  const conditions: { type: string; status: string }[] = status?.conditions ?? [];
  const isReady = conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
  return isReady && metadata.labels?.[excluded] === undefined;
}

function rank(nodeName: string, address: string): string {
  return createHash("sha256").update(`${nodeName}#${address}`).digest("hex");
}
