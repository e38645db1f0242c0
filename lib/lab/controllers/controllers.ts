import type { Credentials, LabCluster, Store } from "../model.ts";
import { bootstrap, ingressManifests, loadBalancerManifests } from "./bootstrap.ts";
import type { ControllerContext } from "./controller-context.ts";
import { startDaemonSetController } from "./daemonset.ts";
import { startDeploymentController } from "./deployment.ts";
import { startEndpointsController } from "./endpoints.ts";
import { startEndpointSliceController } from "./endpointslice.ts";
import { startEventExpiry } from "./event-expiry.ts";
import { createEventRecorder } from "./event-recorder.ts";
import { startGarbageCollector } from "./garbage-collector.ts";
import { startLoadBalancerController } from "./load-balancer.ts";
import { startNamespaceController } from "./namespace.ts";
import { startNodeLifecycleController } from "./node-lifecycle.ts";
import type { Log } from "./reconcile-queue.ts";
import { startReplicaSetController } from "./replicaset.ts";
import { startScheduler } from "./scheduler.ts";
import { startServiceAccountController } from "./serviceaccount.ts";
import { startStatefulSetController } from "./statefulset.ts";
import { distortedStore } from "../sabotage/views/distorted-store.ts";

/** What the controllers of one cluster are started with. */
export interface ControllersOptions {
  store: Store;
  cluster: LabCluster;
  credentials: Pick<Credentials, "caCertificate">;
  log: Log;
}

/**
 * Starts everything that a controller manager and a scheduler do in one cluster, and creates its nodes and add-ons.
 *
 * Nothing that goes wrong in a controller reaches the caller: it is logged and tried again. `stop` ends them all at once and leaves the
 * objects as they are.
 */
export function startControllers({ store, cluster, credentials, log }: ControllersOptions): { stop(): void } {
  const as = (component: string): ControllerContext => ({ log, record: createEventRecorder(store, component, log) });
  const seenBy = (component: string): Store => distortedStore(store, { component });
  const stops = [
    startNodeLifecycleController(store, as("node-controller"), cluster),
    startServiceAccountController(store, as("serviceaccount-controller"), credentials),
    startNamespaceController(store, as("namespace-controller")),
    startGarbageCollector(store, as("garbage-collector-controller")),
    startEventExpiry(store, as("event-expiry")),
    startDeploymentController(store, as("deployment-controller")),
    startReplicaSetController(store, as("replicaset-controller")),
    startStatefulSetController(store, as("statefulset-controller")),
    startDaemonSetController(store, as("daemonset-controller")),
    startScheduler(store, as("default-scheduler")),
    startEndpointSliceController(seenBy("endpoint-slice"), as("endpoint-slice-controller")),
    startEndpointsController(store, as("endpoint-controller")),
  ];
  bootstrap(store, cluster);
  if (cluster.loadBalancers !== undefined) {
    bootstrap(store, cluster, loadBalancerManifests);
    stops.push(startLoadBalancerController(seenBy("load-balancer"), as("metallb-controller")));
  }
  if (cluster.hasIngress) bootstrap(store, cluster, ingressManifests);
  return {
    stop() {
      for (const stop of stops.toReversed()) stop();
    },
  };
}
