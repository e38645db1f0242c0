import type { Pod } from "./place.ts";
import type { Sighting } from "./question.ts";

/** Makes a pod for tests, with made-up address and UID. */
export function somePod(name: string, cluster = "athens", node = "worker"): Pod {
  return {
    kind: "pod",
    cluster,
    node,
    name,
    namespace: "meshgate-test",
    placedOn: node,
    address: `10.0.0.${name.length}`,
    uid: `${cluster}-${node}-${name}`,
  };
}

/** Makes the observation of an answer given by `pod`. */
export function answerOf(pod: Pod, clientAddress = "10.0.0.9"): Sighting {
  return {
    ...silence("answered"),
    identity: {
      nonce: "n",
      cluster: pod.cluster,
      node: pod.node ?? "",
      namespace: pod.namespace,
      pod: pod.name,
      uid: pod.uid,
      clientAddress,
      clientPort: 40_000,
    },
  };
}

/** Makes an observation without an identity. */
export function silence(outcome: Sighting["outcome"], extra: Partial<Sighting> = {}): Sighting {
  return { outcome, startedAt: 0, durationMs: 3, eventLoopDelayMs: 0, ...extra };
}
