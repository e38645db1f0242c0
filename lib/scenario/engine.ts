import type { Agent } from "../probe/agent-session.ts";
import type { Observation, Probe } from "../probe/probe.ts";
import type { PathResult } from "../report/path-result.ts";
import { converge } from "./converge.ts";
import type { Pod } from "./place.ts";
import type { Group } from "./plan.ts";
import { pathResults } from "./result.ts";

/** Probes that one agent has in flight at once. More would measure the agent and the receivers' buffers instead of the network. */
export const concurrencyPerAgent = 16;

export interface EngineOptions {
  /** The agent of a pod, or why there is none. */
  agentOf(pod: Pod): Agent | string;
  settleMs: number;
  signal: AbortSignal;
}

/** Asks all paths of a group until each has its verdict. Never rejects; results come in the order of the paths. */
export async function runGroup(
  { scenario, paths }: Group,
  { agentOf, settleMs, signal }: EngineOptions,
): Promise<PathResult[]> {
  const ask = async (from: Pod, probes: Probe[]): Promise<Observation[]> => {
    const agent = agentOf(from);
    if (typeof agent === "string") return probes.map(() => notRun(agent));
    return agent.ask(probes, { concurrency: concurrencyPerAgent, signal });
  };
  return pathResults(scenario, await converge(paths, { ask, settleMs, signal }));
}

function notRun(detail: string): Observation {
  return { outcome: "not-run", startedAt: Date.now(), durationMs: 0, eventLoopDelayMs: 0, detail };
}
