import type { ClusterView, NamespaceOf } from "./world.ts";

/**
 * What a scenario can do to the run's own objects, in one cluster at a time. Each call resolves when the API server says that the
 * change is made and its pods are there or gone; the data path follows, and that is for the paths to find out. Rejects with a Diagnostic.
 */
export interface Hands {
  /**
   * Applies a manifest and waits until its pods are ready. With `late` each text or number of the manifest that reads as one of its keys
   * becomes the value: what is known only when the run goes on.
   */
  apply(cluster: ClusterView, file: string, late?: Record<string, string | number>): Promise<void>;
  /**
   * Applies a manifest of Ingresses, once in a run however often it is called, and waits until all of them have an address, or at most so
   * long. Never rejects: what went wrong is told by the paths that need an address.
   */
  publish(cluster: ClusterView, file: string, limitMs: number): Promise<void>;
  /**
   * Waits until these Services have addresses of load balancers, at most so long, and keeps what they are then. One that gets none is
   * no failure: the paths that need its address say that it has none.
   */
  awaitAddresses(cluster: ClusterView, services: string[], limitMs: number): Promise<void>;
  /**
   * Waits until Services of these names are imported and have addresses for the whole mesh, at most so long, and keeps these as
   * Services of `importedName`. One that gets none is no failure: the paths that need its address say that it is not there.
   */
  awaitImports(cluster: ClusterView, services: string[], limitMs: number): Promise<void>;
  /** Deletes the objects of a manifest and waits until their pods are gone. */
  remove(cluster: ClusterView, file: string): Promise<void>;
  /** Sets the replicas of a Deployment of a manifest. */
  scale(cluster: ClusterView, file: string, deployment: string, replicas: number): Promise<void>;
  /** Deletes a pod of a Deployment and waits until another one is ready in its place and it is gone itself. */
  replacePod(cluster: ClusterView, file: string, deployment: string, namespace?: NamespaceOf): Promise<void>;
  /**
   * Gives the pod template of a Deployment a version, so that it rolls out, and waits until all its pods are of that version and
   * the former ones are gone. The version of the manifest, its template's annotation `meshgate.dev/version`, rolls back.
   */
  rollOut(cluster: ClusterView, file: string, deployment: string, version: string): Promise<void>;
}
