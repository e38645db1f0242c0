import { storageKey } from "../../api/storage.ts";
import type { KubeObject } from "../../model.ts";
import { changing, lingering } from "./looks.ts";
import type { Look, Sight } from "./view.ts";

/** One entry of an EndpointSlice, as far as looks know it. */
export interface SeenEndpoint {
  addresses: string[];
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  nodeName?: string;
  hostname?: string;
}

export const sliceResource = "endpointslices.discovery.k8s.io";

const ofService = "kubernetes.io/service-name";

/** Says whether a slice is of a Service of one of these names, whatever its namespace. */
export function sliceOf(...services: string[]): (slice: KubeObject) => boolean {
  return ({ metadata }) => services.includes(metadata.labels?.[ofService] ?? "");
}

/** Shows the endpoints of some slices changed. */
export function withEndpoints(
  matches: (slice: KubeObject) => boolean,
  change: (endpoints: SeenEndpoint[], sight: Sight) => SeenEndpoint[],
): Look {
  return changing((slice, sight) =>
    matches(slice) ? { ...slice, endpoints: change(endpointsOf(slice), sight) } : slice,
  );
}

/** Withholds that endpoints are not ready any more, terminate, or are gone. New ones are seen as they come. */
export const lingeringEndpoints: Look = (there, sight) => {
  const seen = new Map(sight.seen.map((slice) => [storageKey(slice), slice]));
  return lingering()(there, sight).map((slice) => {
    const before = seen.get(storageKey(slice));
    if (before === undefined || before === slice) return slice;
    const present = endpointsOf(slice);
    const kept = endpointsOf(before).filter(({ conditions }) => conditions?.ready !== false);
    const addresses = new Set(kept.map(addressOf));
    // A slice that lost its last endpoint has no ports either.
    const ports = (slice["ports"] ?? []).length === 0 ? before["ports"] : slice["ports"];
    return { ...slice, ports, endpoints: [...kept, ...present.filter((one) => !addresses.has(addressOf(one)))] };
  });
};

/** Lists the endpoints of a slice. */
export function endpointsOf(slice: KubeObject): SeenEndpoint[] {
  return slice["endpoints"] ?? [];
}

function addressOf({ addresses }: SeenEndpoint): string {
  return addresses[0] ?? "";
}
