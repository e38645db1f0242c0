import { rmSync } from "node:fs";
import { ApiError, type KubeObject, type PodNetwork } from "../../model.ts";
import { addressesOfNode } from "../../node-addresses.ts";
import type { NodeContext } from "../node-context.ts";
import { timestamp } from "../timestamp.ts";
import { newRecord } from "./container-record.ts";
import { createPodContainers, type PodContainers } from "./pod-containers.ts";
import { nextSteps } from "./pod-lifecycle.ts";
import { createPodLoop } from "./pod-loop.ts";
import { createPodMounts } from "./pod-mounts.ts";
import { podSpec } from "./pod-spec.ts";
import { type PodFacts, podStatus } from "./pod-status.ts";
import { createSandbox } from "./sandbox.ts";

/** What looks after one pod of a node, from its binding to its end. */
export interface PodWorker {
  pod: KubeObject;
  containers: PodContainers;
  /** Undefined while the pod has none. */
  network(): PodNetwork | undefined;
  /** The pod may have changed in the store. */
  changed(pod: KubeObject): void;
  /** A ConfigMap or Secret of the pod's namespace has changed. */
  sourcesChanged(): void;
  /** Kills the pod at once, whatever the store says. Resolves when nothing of it is left. Never rejects. */
  remove(): Promise<void>;
}

const sandboxRetryMs = 1000;

/** Takes a pod on. `onEnd` is called once, when nothing of the pod is left. */
export function startPodWorker(context: NodeContext, firstPod: KubeObject, onEnd: () => void): PodWorker {
  const { store, node, workspace, recordEvent, log } = context;
  const { name, namespace, uid = "" } = firstPod.metadata;
  const folder = workspace.podFolder(uid);
  const facts: PodFacts = {
    sandbox: "down",
    addresses: [],
    hostAddresses: addressesOfNode(node),
    startTime: firstPod.status?.startTime ?? timestamp(Date.now()),
    terminating: false,
  };
  const ended = Promise.withResolvers<void>();
  let network: PodNetwork | undefined;
  let isRemoved = false;
  let isFinished = false;
  const loop = createPodLoop(sync, (error) => log(`pod ${namespace}/${name}: ${String(error)}`));

  const worker: PodWorker = {
    pod: firstPod,
    containers: createPodContainers(context, () => worker.pod, { folder, place: () => network, changed: loop.poke }),
    network: () => network,
    changed(pod) {
      if (mountsDependOn(pod) !== mountsDependOn(worker.pod)) mounts.stale();
      worker.pod = pod;
      loop.poke();
    },
    sourcesChanged() {
      mounts.stale();
      worker.containers.retryConfiguration();
      loop.poke();
    },
    remove() {
      isRemoved = true;
      worker.containers.killAll();
      loop.poke();
      return ended.promise;
    },
  };
  const mounts = createPodMounts(context, () => worker.pod, folder);
  for (const { name: container, image } of podSpec(firstPod).initContainers ?? []) {
    worker.containers.records.set(container, newRecord(container, image, "PodInitializing"));
  }
  const waitingFor = podSpec(firstPod).initContainers?.length ? "PodInitializing" : "ContainerCreating";
  for (const { name: container, image } of podSpec(firstPod).containers) {
    worker.containers.records.set(container, newRecord(container, image, waitingFor));
  }
  loop.poke();
  return worker;

  async function sync(): Promise<void> {
    if (isLeaving()) return end();
    if (isFinished) return;
    publish();
    const retryAtMs = mounts.refresh();
    if (retryAtMs !== undefined) loop.wakeAt(retryAtMs);
    // A volume that fails later on leaves running containers as they are.
    if (retryAtMs !== undefined && !network) return;
    if (!network) await openSandbox();
    for (const step of network ? nextSteps(podSpec(worker.pod), worker.containers.records, Date.now()) : []) {
      if (isLeaving()) return end();
      if (step.do === "start") await worker.containers.start(step.container);
      else if (step.do === "back off") worker.containers.backOff(step.container);
      else if (step.do === "wait") loop.wakeAt(step.untilMs);
      else await finish();
      publish();
    }
  }

  function isLeaving(): boolean {
    return isRemoved || worker.pod.metadata.deletionTimestamp !== undefined;
  }

  async function openSandbox(): Promise<void> {
    try {
      network = await createSandbox(context, worker.pod, folder);
    } catch (error) {
      const message = `Failed to create pod sandbox: ${(error as Error).message}`;
      recordEvent(worker.pod, { type: "Warning", reason: "FailedCreatePodSandBox", message });
      loop.wakeAt(Date.now() + sandboxRetryMs);
      return;
    }
    facts.sandbox = "up";
    facts.addresses = network.addresses;
    publish();
  }

  async function finish(): Promise<void> {
    isFinished = true;
    publish();
    await closeSandbox();
  }

  async function end(): Promise<void> {
    facts.terminating = true;
    publish();
    await worker.containers.stopAll(isRemoved ? 0 : (worker.pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000);
    await closeSandbox();
    publish();
    removeFolder();
    if (!isRemoved) removeFromStore();
    loop.end();
    onEnd();
    ended.resolve();
  }

  async function closeSandbox(): Promise<void> {
    const closing = network;
    network = undefined;
    facts.sandbox = "down";
    await closing?.release();
  }

  function removeFolder(): void {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      log(`pod ${namespace}/${name}: ${String(error)}`);
    }
  }

  function removeFromStore(): void {
    try {
      store.delete("pods", name, namespace, { gracePeriodSeconds: 0, uid });
    } catch (error) {
      if (!(error instanceof ApiError && (error.code === 404 || error.code === 409))) throw error;
    }
  }

  function publish(): void {
    if (isRemoved) return;
    const write = (copy: KubeObject): KubeObject | undefined =>
      copy.metadata.uid === uid
        ? { ...copy, status: podStatus(copy, facts, worker.containers.records, timestamp(Date.now())) }
        : undefined;
    worker.pod = store.modify("pods", name, namespace, write, "status") ?? worker.pod;
  }
}

function mountsDependOn({ metadata }: KubeObject): string {
  return JSON.stringify([metadata.labels, metadata.annotations]);
}
