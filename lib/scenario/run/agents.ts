import type { Cluster } from "../../cluster/cluster.ts";
import type { Trouble } from "../../cluster/trouble.ts";
import { type Agent, openAgent } from "../../probe/agent-session.ts";
import { runnerProber } from "../../probe/runner-prober.ts";
import { askApi } from "./api-prober.ts";
import { dns, podAddressName } from "../probes.ts";
import { notRun } from "./not-run.ts";
import type { Asker, Pod } from "../place.ts";
import { isProbe, type Question, type Sighting } from "../question.ts";
import { type LiveFacts, podKey } from "../world.ts";

const container = "agent";
const command = ["node", "/agent/agent.cjs", "ask"];

/** The open sessions of a run, and why others are not open. */
export interface Agents {
  /** Opens the sessions of these pods, in parallel; each pod once. Returns what went wrong. */
  open(pods: Pod[], signal: AbortSignal): Promise<Trouble[]>;
  /** The agent of a pod, or why there is none. */
  agentOf(pod: Pod): Agent | string;
  /** Asks from a place: by the agent of a pod, or by this process. One sighting per question in the same order; never rejects. */
  ask(from: Asker, questions: Question[], options: { concurrency: number; signal: AbortSignal }): Promise<Sighting[]>;
  /** Closes all sessions. Never throws. */
  close(): Promise<void>;
}

/** Keeps one exec stream to each agent for the whole run. `onTrouble` hears of streams that break later. */
export function keepAgents(clusters: Cluster[], live: LiveFacts, onTrouble: (trouble: Trouble) => void): Agents {
  const byContext = new Map(clusters.map((cluster) => [cluster.context, cluster]));
  const agents = new Map<string, Agent | string>();
  const runner = runnerProber();

  return {
    async open(pods, signal) {
      const fresh = new Map(pods.filter((pod) => !agents.has(podKey(pod))).map((pod) => [podKey(pod), pod]));
      const troubles = await Promise.all([...fresh.values()].map((pod) => openOne(pod, signal)));
      return troubles.filter((trouble) => trouble !== undefined);
    },
    agentOf,
    async ask(from, questions, options) {
      const cluster = byContext.get(from.cluster);
      if (from.kind === "api" && cluster) return Promise.all(questions.map((question) => askApi(cluster, question)));
      const prober = from.kind === "pod" ? agentOf(from) : runner;
      if (typeof prober === "string") return questions.map(() => notRun(prober));
      if (!questions.every(isProbe)) return questions.map(() => notRun("only an API server knows objects"));
      return prober.ask(questions, options);
    },
    async close() {
      const open = [...agents.values()].filter((agent) => typeof agent !== "string");
      await Promise.all(open.map((agent) => agent.close()));
    },
  };

  function agentOf(pod: Pod): Agent | string {
    const { name, node, cluster } = pod;
    return agents.get(podKey(pod)) ?? `no agent runs as ${name} on ${node ?? "any node"} of ${cluster}`;
  }

  async function openOne(pod: Pod, signal: AbortSignal): Promise<Trouble | undefined> {
    const key = podKey(pod);
    const cluster = byContext.get(pod.cluster);
    const facts = live.pods.get(key);
    // Why it does not run was told when the deployment was awaited.
    if (!cluster || !facts) return undefined;
    const about = { cluster: pod.cluster, object: `Pod/${pod.namespace}/${facts.name}` };
    try {
      const agent = await openAgent({
        open: () => cluster.exec({ namespace: pod.namespace, pod: facts.name, container, command }),
        signal,
        onTrouble: (message) =>
          onTrouble({ ...about, message, cure: "Look at the pod's events and at the API server's log for that time." }),
      });
      agents.set(key, agent);
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      agents.set(key, message);
      const cure = error instanceof Error && "cure" in error ? String(error.cure) : "Look at the pod's log and events.";
      return { ...about, message, cure };
    }
  }
}

/** The cluster's DNS domain, read from an agent's search list: `NAMESPACE.svc.DOMAIN` is the first entry of a pod's. */
export function domainOf(agent: Agent): string | undefined {
  const { namespace, resolver } = agent.facts;
  const own = `${namespace}.svc.`;
  return resolver.search.find((entry) => entry.startsWith(own))?.slice(own.length);
}

/**
 * Tells why a cluster's DNS has no `a-b-c-d.NAMESPACE.pod.DOMAIN` names; null when it has, or when that cannot be told: only the
 * word of every server that there is no such name makes it a missing feature.
 */
export async function lacksPodNames(
  agent: Agent,
  pod: Pod,
  domain: string,
  servers: { address: string; port: number }[],
): Promise<string | null> {
  const name = podAddressName(pod, domain);
  const probes = servers.map(({ address, port }) => dns("udp", name, { server: address, port }));
  const rounds = await Promise.all([1, 2, 3].map(() => agent.ask(probes, { concurrency: 8 })));
  const denied = rounds.flat().every(({ outcome }) => outcome === "no-such-name" || outcome === "no-data");
  return denied && probes.length > 0 ? "the cluster's DNS says that there are no names for pod addresses" : null;
}
