import { storageKey } from "../../api/storage.ts";
import type { KubeObject } from "../../model.ts";
import { changing, hiding, lingering } from "./looks.ts";
import type { Look, View } from "./view.ts";

const slices = "endpointslices.discovery.k8s.io";
const exported = "serviceexports.multicluster.x-k8s.io";
const imported = "serviceimports.multicluster.x-k8s.io";

interface Endpoint {
  addresses: string[];
  conditions?: { ready?: boolean };
}

/**
 * What the parts of a mesh may see wrongly in one cluster: `mesh-sharing` tells the other clusters of its Services, `mesh-services` joins theirs with
 * its own for its proxies, `mesh-slices` writes their endpoints down, `mesh-imports` keeps its imports.
 */
export const meshViews: View[] = [
  { name: "mesh-sharing.no-services", sees: { services: hiding(() => true) } },
  { name: "mesh-sharing.no-endpoints", sees: { [slices]: hiding(() => true) } },
  { name: "mesh-sharing.one-endpoint", sees: { [slices]: changing(withOneEndpoint) } },
  { name: "mesh-sharing.no-exports", sees: { [exported]: hiding(() => true) } },
  { name: "mesh-sharing.everything-shared", sees: { services: annotating("shared", "true") } },
  {
    name: "mesh-sharing.stale",
    sees: { services: lingering(), [slices]: lingeringEndpoints, [exported]: lingering() },
  },
  { name: "mesh-services.all-global", sees: { services: annotating("global", "true") } },
  { name: "mesh-services.no-affinity", sees: { services: annotating("affinity", "none") } },
  { name: "mesh-services.no-fail-over", sees: { services: changing(keptAtHome) } },
  { name: "mesh-slices.none", sees: { services: annotating("global-sync-endpoint-slices", "false") } },
  { name: "mesh-imports.stale", sees: { [exported]: lingering() } },
  { name: "mesh-imports.agreeing", manner: { overlooksConflicts: true } },
  { name: "dns.no-imports", sees: { [imported]: hiding(() => true) } },
  { name: "dns.stale-imports", sees: { [imported]: lingering() } },
];

function annotating(name: string, value: string): Look {
  return changing((object) => annotated(object, name, value));
}

function annotated(object: KubeObject, name: string, value: string): KubeObject {
  const annotations = { ...object.metadata.annotations, [`service.cilium.io/${name}`]: value };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** What prefers backends of its own cluster has no others. */
function keptAtHome(object: KubeObject): KubeObject {
  const prefersOwn = object.metadata.annotations?.["service.cilium.io/affinity"] === "local";
  return prefersOwn ? annotated(object, "global", "false") : object;
}

function withOneEndpoint(slice: KubeObject): KubeObject {
  return { ...slice, endpoints: endpointsOf(slice).slice(0, 1) };
}

/** Endpoints that were ready once are still there, and so are their slices. */
function lingeringEndpoints(...[there, sight]: Parameters<Look>): ReturnType<Look> {
  const seen = new Map(sight.seen.map((slice) => [storageKey(slice), slice]));
  return lingering()(there, sight).map((slice) => {
    const ready = endpointsOf(seen.get(storageKey(slice))).filter(isReady);
    const gone = ready.filter(
      ({ addresses }) => !endpointsOf(slice).some((one) => isReady(one) && isAt(one, addresses)),
    );
    if (gone.length === 0) return slice;
    const others = endpointsOf(slice).filter((one) => !gone.some(({ addresses }) => isAt(one, addresses)));
    // A slice that lost its last endpoint has no ports either.
    const ports = slice["ports"]?.length ? slice["ports"] : seen.get(storageKey(slice))?.["ports"];
    return { ...slice, ports, endpoints: [...others, ...gone] };
  });
}

function endpointsOf(slice: KubeObject | undefined): Endpoint[] {
  return slice?.["endpoints"] ?? [];
}

function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready !== false;
}

function isAt({ addresses: [own] }: Endpoint, [address]: string[]): boolean {
  return own === address;
}
