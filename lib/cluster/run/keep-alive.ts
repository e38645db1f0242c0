import { setTimeout as sleep } from "node:timers/promises";
import { type RunNamespace, withHeartbeat } from "./run-namespace.ts";

/** Must stay well below the age at which a sweep takes a run of another machine for dead. */
const renewEveryMs = 20_000;

export interface KeptAlive {
  /** Resolves when no renewal is on its way any more; call it before removing the namespaces. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Renews the heartbeat of a run's namespaces every 20 s until stopped, and keeps no process alive.
 *
 * A renewal that fails is left to the next one. A namespace that somebody removed stays removed.
 */
export function keepAlive(namespaces: readonly RunNamespace[], renewMs: number = renewEveryMs): KeptAlive {
  const stopping = new AbortController();
  const loops = namespaces.map((namespace) => renewUntil(stopping.signal, namespace, renewMs));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function renewUntil(
  signal: AbortSignal,
  { cluster, name, uid, manifest }: RunNamespace,
  renewMs: number,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(renewMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const present = await cluster.get({ apiVersion: "v1", kind: "Namespace" }, name);
      if (present?.metadata.uid !== uid || present.metadata.deletionTimestamp !== undefined) return;
      await cluster.apply(withHeartbeat(manifest, new Date(), uid));
    } catch {
      // Two more renewals fit into the time after which a run counts as dead; probes themselves report a cluster that is gone.
    }
  }
}
