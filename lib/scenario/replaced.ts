import { listOf, numberOf, textOf } from "../base/open-record.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Trial } from "./converge.ts";
import type { Place } from "./place.ts";
import { type LiveFacts, podKey } from "./world.ts";

/** Tells why what a trial saw says nothing about the network: one of its pods is not the one that was deployed any more. */
export type FindReplaced = (trial: Trial) => Promise<string | undefined>;

/**
 * Looks at the pods at both ends of a trial. One that was evicted, deleted or restarted in the middle explains silence without any
 * fault of the network; one that merely became unready does not. Never rejects: what cannot be looked at is no excuse.
 */
export function findReplaced(clusters: Cluster[], live: LiveFacts): FindReplaced {
  return async ({ path }) => (await replaced(path.from)) ?? (await replaced(path.to));

  async function replaced(place: Place): Promise<string | undefined> {
    if (place.kind !== "pod") return undefined;
    const facts = live.pods.get(podKey(place));
    const cluster = clusters.find(({ context }) => context === place.cluster);
    if (!facts || !cluster) return undefined;
    const who = `the pod ${facts.name} on ${facts.node} of ${place.cluster}`;
    try {
      const pod = await cluster.get({ apiVersion: "v1", kind: "Pod" }, facts.name, place.namespace);
      if (!pod || pod.metadata.uid !== facts.uid) return `${who} is gone`;
      if (pod.metadata.deletionTimestamp !== undefined) return `${who} is being deleted`;
      const restarts = listOf(pod["status"], "containerStatuses").map(
        (status) => numberOf(status, "restartCount") ?? 0,
      );
      if (restarts.some((count) => count > 0)) return `${who} was restarted (${lastEnd(pod)})`;
      return undefined;
    } catch {
      return undefined;
    }
  }
}

function lastEnd(pod: Record<string, unknown>): string {
  const [status] = listOf(pod["status"], "containerStatuses");
  return textOf(status, "lastState", "terminated", "reason") ?? "for a reason that is not told";
}
