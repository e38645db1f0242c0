import type { KubeObject } from "../../model.ts";
import { changing, hiding, lingering } from "./looks.ts";
import { endpointsOf, lingeringEndpoints, sliceResource as slices } from "./slice-looks.ts";
import type { Look, View } from "./view.ts";

const exported = "serviceexports.multicluster.x-k8s.io";
const imported = "serviceimports.multicluster.x-k8s.io";

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
  { name: "mesh-imports.agreeing", sees: { [exported]: changing(touched) }, manner: { overlooksConflicts: true } },
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

/** As if something had been changed, so that it is looked at anew. */
function touched(object: KubeObject): KubeObject {
  const annotations = { ...object.metadata.annotations, "lab.meshgate.dev/touched": "" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function withOneEndpoint(slice: KubeObject): KubeObject {
  return { ...slice, endpoints: endpointsOf(slice).slice(0, 1) };
}
