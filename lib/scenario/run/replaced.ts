import type { Cluster } from "../../cluster/cluster.ts";
import { podState } from "../../cluster/pods/pod-state.ts";
import type { Trial } from "./converge.ts";
import type { Place } from "../place.ts";
import { type LiveFacts, podKey } from "../world.ts";

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
      const state = await podState(cluster, place.namespace, facts.name);
      if (state?.uid !== facts.uid) return `${who} is gone`;
      return state.restartCount > facts.restartCount ? `${who} was restarted` : undefined;
    } catch {
      return undefined;
    }
  }
}
