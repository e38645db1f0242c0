import { bootstrap, exportManifests, meshManifests } from "../controllers/bootstrap.ts";
import type { Log } from "../controllers/reconcile-queue.ts";
import type { LabCluster, Store } from "../model.ts";
import { distortedStore } from "../sabotage/views/distorted-store.ts";
import { distortedWatch } from "../sabotage/views/distorted-watch.ts";
import { followedManner } from "../sabotage/views/followed-manner.ts";
import { startDerivedServices } from "./derived-service.ts";
import { linkEntry } from "./mesh.ts";
import type { Mesh } from "./mesh.ts";
import { linkSecret } from "./mesh-names.ts";
import { startServiceImports } from "./service-import.ts";
import { serviceView } from "./service-view.ts";
import { startSliceMirror } from "./slice-mirror.ts";
import { startSliceSync } from "./slice-sync.ts";

export interface JoinOptions {
  mesh: Mesh;
  /** Names of the other members, whether they have joined or not. */
  others: string[];
  store: Store;
  cluster: LabCluster;
  log: Log;
}

/**
 * Makes a cluster a member of the mesh, as installing Cilium with ClusterMesh does: its configuration, the links to the other members, and
 * its controllers. Returns the store as the cluster's proxies have to see it; of a cluster that is in no mesh, the store itself.
 */
export function joinMesh({ mesh, others, store, cluster, log }: JoinOptions): Pick<Store, "watch"> {
  if (cluster.mesh === undefined) return store;
  const { endpointSlices, serviceExports } = cluster.mesh;
  bootstrap(store, cluster, meshManifests);
  if (serviceExports) bootstrap(store, cluster, exportManifests);
  store.create("secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: linkSecret,
    stringData: Object.fromEntries(others.map((other) => [other, linkEntry(other)])),
  });
  const remote = mesh.join(cluster, distortedStore(store, { component: "mesh-sharing" }), log);
  if (endpointSlices) startSliceSync(distortedStore(store, { component: "mesh-slices" }), remote, log);
  if (serviceExports) {
    const own = distortedStore(store, { component: "mesh-imports" });
    const manner = followedManner(store, { component: "mesh-imports" });
    startServiceImports(own, cluster.name, remote, log, () => manner().overlooksConflicts !== true);
    startDerivedServices(own, cluster.name, log);
    startSliceMirror(own, cluster.name, log);
  }
  return serviceView(distortedWatch(store, { component: "mesh-services" }), remote);
}
