import type { KubeObject, Store } from "../model.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";
import { splitKey } from "./object-key.ts";
import { storageKey } from "../api/storage.ts";
import { timestamp } from "./timestamp.ts";

/**
 * Says of every bound pod that it runs and is ready, and lets pods go that are being deleted: a kubelet without containers, for unit tests.
 *
 * A pod of an image named `never-ready:…` runs without being ready. Pods have an IPv6 address, too, where `isDual`. Returns the stop function.
 */
export function startTestKubelet(store: Store, isDual = false): () => void {
  let lastAddress = 0;
  const queue = createReconcileQueue("kubelet", reconcile, (line) => {
    throw new Error(line);
  });

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = store.get("pods", name, namespace);
    if (!pod?.spec.nodeName) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      store.delete("pods", name, namespace, { gracePeriodSeconds: 0 });
    } else if (pod.status.podIP === undefined) {
      store.modify(
        "pods",
        name,
        namespace,
        (copy) => ({ ...copy, status: running(copy, ++lastAddress, isDual) }),
        "status",
      );
    }
  }

  const stop = store.watch("pods", ({ object }) => queue.add(storageKey(object)), { replay: true });
  return () => {
    queue.stop();
    stop();
  };
}

function running({ spec, status }: KubeObject, number: number, isDual: boolean): KubeObject["status"] {
  const isReady = !spec.containers.some(({ image }: { image: string }) => image.startsWith("never-ready:"));
  const ready = { type: "Ready", status: isReady ? "True" : "False", lastTransitionTime: timestamp() };
  const podIP = `10.0.${Math.floor(number / 250)}.${(number % 250) + 1}`;
  return {
    ...status,
    phase: "Running",
    podIP,
    podIPs: [{ ip: podIP }, ...(isDual ? [{ ip: `fd00:10::${number.toString(16)}` }] : [])],
    conditions: [...(status.conditions ?? []), ready],
  };
}
