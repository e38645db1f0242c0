import type { ApiAccess } from "../api-access.ts";
import { distortedResources } from "../../sabotage/views/distorted-resources.ts";
import type { ResourceListener } from "../watch-resource.ts";
import type { Manner } from "../../sabotage/views/view.ts";
import type { ObjectMemory, WatchedKind } from "./object-memory.ts";

const kinds: [kind: WatchedKind, path: string][] = [
  ["ingresses", "/apis/networking.k8s.io/v1/ingresses"],
  ["ingressclasses", "/apis/networking.k8s.io/v1/ingressclasses"],
  ["services", "/api/v1/services"],
  ["endpointslices", "/apis/discovery.k8s.io/v1/endpointslices"],
  ["secrets", "/api/v1/secrets"],
];

export interface FollowOptions {
  /** The node that the controller runs on, where that is known. */
  node?: string | undefined;
  signal: AbortSignal;
  changed: () => void;
  log: (line: string) => void;
}

/**
 * Keeps a memory up to date until `signal` aborts. Resolves when every resource has been listed once; `changed` is called from then on, once for
 * changes that come together. What it resolves with gives the manner of the moment in which the controller does wrong.
 */
export function followCluster(
  access: ApiAccess,
  memory: ObjectMemory,
  { node, signal, changed, log }: FollowOptions,
): Promise<() => Manner> {
  const missing = new Set(kinds.map(([kind]) => kind));
  const { watch, manner } = distortedResources(access, { component: "ingress", node }, { signal, log });
  const complete = Promise.withResolvers<void>();
  let isScheduled = false;

  function tell(): void {
    if (missing.size > 0 || isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (!signal.aborted) changed();
    });
  }

  for (const [kind, path] of kinds) {
    const listener: ResourceListener = {
      replace(objects) {
        memory.replace(kind, objects);
        missing.delete(kind);
        if (missing.size === 0) complete.resolve();
        tell();
      },
      put(object) {
        memory.put(kind, object);
        tell();
      },
      remove(object) {
        memory.remove(kind, object);
        tell();
      },
      failed: log,
    };
    void watch(path, listener, signal);
  }
  return complete.promise.then(() => manner);
}
