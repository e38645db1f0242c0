import type { Lapse } from "../../probe/protocol.ts";
import type { Pod } from "../place.ts";
import type { Agents } from "./agents.ts";
import type { Witness } from "./excuse.ts";
import type { Incident } from "./incident.ts";
import type { PodWatch } from "./pod-watch.ts";

/** Brings together what API servers and agents say of the pods of a run. */
export function callWitness(watch: PodWatch, agents: Pick<Agents, "agentOf">): Witness {
  return {
    async incidentsOf(pod, sinceMs) {
      const [gone, lapses] = await Promise.all([watch.incidentsOf(pod, sinceMs), lapsesOf(pod)]);
      return [...gone, ...lapses];
    },
    incidentsIn: watch.disturbedIn,
    clockAheadMs({ path: { from } }) {
      const agent = from.kind === "pod" ? agents.agentOf(from) : undefined;
      return typeof agent === "object" ? agent.clockAheadMs() : 0;
    },
  };

  async function lapsesOf(pod: Pod): Promise<Incident[]> {
    const agent = agents.agentOf(pod);
    if (typeof agent === "string") return [];
    return (await agent.lapses()).map((lapse) => ({
      ...lapse,
      says: `${agent.facts.pod} on ${agent.facts.node} of ${pod.cluster} ${saidOf(lapse)}`,
    }));
  }
}

function saidOf({ kind, fromMs, toMs }: Lapse): string {
  return kind === "stalled"
    ? `says that it was kept from running itself for ${((toMs - fromMs) / 1000).toFixed(1)} s`
    : "says that its own receive buffer was full";
}
