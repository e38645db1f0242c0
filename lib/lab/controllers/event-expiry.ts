import { storageKey } from "../api/storage.ts";
import type { KubeObject, Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { splitKey } from "./object-key.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";

const lifetimeMs = 3_600_000;
const mostEvents = 2000;

/**
 * Forgets events an hour after they were last seen, and the oldest ones beyond `most` (2,000). Returns the stop function.
 *
 * @see https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ (--event-ttl)
 */
export function startEventExpiry(store: Store, { log }: ControllerContext, most: number = mostEvents): () => void {
  // In the order in which they were last seen.
  const seen = new Map<string, number>();
  const queue = createReconcileQueue("event expiry", reconcile, log);

  function reconcile(): void {
    const now = Date.now();
    for (const [key, lastSeenMs] of seen) {
      const expiresMs = lastSeenMs + lifetimeMs;
      if (seen.size <= most && expiresMs > now) return queue.addAfter("all", expiresMs - now);
      seen.delete(key);
      const { namespace, name } = splitKey(key);
      store.delete("events", name, namespace);
    }
  }

  function note(event: KubeObject): void {
    const key = storageKey(event);
    seen.delete(key);
    seen.set(key, Date.parse(event["lastTimestamp"] ?? event.metadata.creationTimestamp ?? "") || Date.now());
    if (seen.size > most) queue.add("all");
    else queue.addAfter("all", lifetimeMs);
  }

  const stop = store.watch(
    "events",
    ({ type, object }) => (type === "DELETED" ? void seen.delete(storageKey(object)) : note(object)),
    { replay: true },
  );
  return () => {
    queue.stop();
    stop();
  };
}
