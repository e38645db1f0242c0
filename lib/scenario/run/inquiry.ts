import type { Family } from "../../base/family.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { Confirmation, Confirmed, EndpointFacts } from "../../report/path-result.ts";
import type { Agents } from "./agents.ts";
import { confirm } from "./confirm.ts";
import { endpointFacts } from "./endpoint-facts.ts";
import type { Pod } from "../place.ts";
import { concurrencyPerAsker } from "./stage.ts";
import { type LiveFacts, podKey, type World } from "../world.ts";

/** What is asked after the plan, so that what was seen can be explained. Nothing here rejects. */
export interface Inquiry {
  /** As `confirm` of confirm.ts. */
  confirm(asked: readonly Confirmation[], signal: AbortSignal): Promise<Confirmed[]>;
  /** As `endpointFacts` of endpoint-facts.ts, about Services of the run. */
  endpointFacts(services: readonly string[]): Promise<EndpointFacts[]>;
}

export interface InquiryOptions {
  clusters: readonly Cluster[];
  live: LiveFacts;
  agents: Agents;
  /** The clusters over a family; over their first one without. */
  worldOver(family?: Family): World;
}

/** Prepares to ask with the agents and API servers of a session. */
export function createInquiry({ clusters, live, agents, worldOver }: InquiryOptions): Inquiry {
  const opened = new Map<string, Promise<unknown>>();
  const open = (pod: Pod, signal: AbortSignal) => {
    const key = podKey(pod);
    const opening = opened.get(key) ?? agents.open([pod], signal);
    opened.set(key, opening);
    return opening;
  };
  return {
    confirm: (asked, signal) =>
      confirm(asked, {
        clustersOver: (family) => worldOver(family).clusters,
        async ask(from, probes, within) {
          // Not every pod that answers has asked before.
          await open(from, signal);
          return agents.ask(from, probes, { concurrency: concurrencyPerAsker, signal: within });
        },
        signal,
      }),
    endpointFacts: (services) =>
      endpointFacts({
        clusters,
        namespaces: live.namespaces,
        services,
        contextOf: (name) => worldOver().clusters.find(({ cilium }) => cilium?.clusterName === name)?.name,
      }),
  };
}
