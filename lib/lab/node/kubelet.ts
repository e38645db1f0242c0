import { join } from "node:path";
import type { AttachPod, Credentials, Kubelet, KubeObject, LabCluster, LabNode, Store, WatchEvent } from "../model.ts";
import type { NodeContext } from "./node-context.ts";
import { registerNode } from "./node-registration.ts";
import { type PodWorker, startPodWorker } from "./pod/pod-worker.ts";
import { podSpec } from "./pod/pod-spec.ts";
import { createPodEvents } from "./pod-events.ts";
import { podRequests } from "./pod-requests.ts";
import { createProber } from "./probes/prober.ts";
import { openWorkspace } from "./runtime/workspace.ts";

export interface KubeletOptions {
  store: Store;
  node: LabNode;
  cluster: LabCluster;
  attachPod: AttachPod;
  credentials: Credentials;
  /** Is given one line at a time about what went wrong inside of the node. */
  log: (line: string) => void;
  /** A folder of the lab; the node mounts a file system of its own below it. */
  stateDir: string;
}

export interface StartedKubelet {
  kubelet: Kubelet;
  /** Kills all pods of the node and takes its mounts away; the store keeps its objects. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Starts the kubelet of one node: registers the node and runs every pod that is bound to it, as processes in Linux namespaces. The caller must
 * own its mount, network and PID namespaces, as root of the machine or of a user namespace. Rejects when the node's file systems
 * cannot be mounted.
 *
 * Where only one user id is mapped, runAsUser is not honoured; containers are then root of the lab's user namespace, with the capabilities that
 * their security context leaves them.
 */
export async function startKubelet(options: KubeletOptions): Promise<StartedKubelet> {
  const { store, node, stateDir, log } = options;
  const workspace = await openWorkspace(join(stateDir, node.cluster, node.name));
  const prober = createProber(node.netns);
  const recordEvent = createPodEvents(store, node.name, log);
  const context: NodeContext = { ...options, workspace, prober, recordEvent };
  const workers = new Map<string, PodWorker>();
  const leaving = new Set<Promise<void>>();

  const onPod = ({ type, object }: WatchEvent): void => {
    if (podSpec(object).nodeName !== node.name) return;
    const { uid = "" } = object.metadata;
    const worker = workers.get(uid);
    if (type === "DELETED") {
      if (worker) remove(uid, worker);
    } else if (worker) worker.changed(object);
    else if (!isOver(object))
      workers.set(
        uid,
        startPodWorker(context, object, () => workers.delete(uid)),
      );
  };
  const remove = (uid: string, worker: PodWorker): void => {
    workers.delete(uid);
    const removed = worker.remove().finally(() => leaving.delete(removed));
    leaving.add(removed);
  };
  const onSource = ({ object }: WatchEvent): void => {
    for (const { pod, sourcesChanged } of workers.values()) {
      if (pod.metadata.namespace === object.metadata.namespace) sourcesChanged();
    }
  };

  const unregister = registerNode(store, node);
  const unwatch = [
    store.watch("configmaps", onSource),
    store.watch("secrets", onSource),
    store.watch("pods", onPod, { replay: true }),
  ];
  return {
    kubelet: podRequests((namespace, pod) => find(workers, namespace, pod)),
    async stop() {
      unregister();
      for (const stop of unwatch) stop();
      for (const [uid, worker] of workers) remove(uid, worker);
      await Promise.all(leaving);
      await prober.stop();
      await workspace.close().catch((error: unknown) => log(`${node.name}: ${String(error)}`));
    },
  };
}

function isOver(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && ["Succeeded", "Failed"].includes(pod.status?.phase);
}

function find(workers: Map<string, PodWorker>, namespace: string, name: string): PodWorker | undefined {
  return [...workers.values()].findLast(
    ({ pod }) => pod.metadata.name === name && pod.metadata.namespace === namespace,
  );
}
