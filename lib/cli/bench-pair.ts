import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Trouble } from "../cluster/trouble.ts";
import type { Agent } from "../probe/agent-session.ts";
import { beginSession, type Session } from "../scenario/run/session.ts";
import { namespacesOf } from "../scenario/world.ts";
import { prepareDeployment } from "./deployed-run.ts";
import { closeClusters, lookAtClusters, type SeenCluster } from "./prospects.ts";
import { kubeconfigFor } from "./run.ts";
import type { RunOptions } from "./run-options.ts";
import { newRunId } from "./run-id.ts";
import { onSignals } from "./signals.ts";

/** One pod that asks, and the address of one that answers, on another node where there is one. */
export interface BenchPair {
  cluster: Cluster;
  agent: Agent;
  namespace: string;
  pod: string;
  echoAddress: string;
}

/** Deploys agents to the first context, gives a pair of them to `measure`, and removes everything. Returns the exit code. */
export async function withBenchPair(
  configured: RunOptions,
  measure: (pair: BenchPair) => Promise<void>,
): Promise<number> {
  const options = { ...configured, contexts: configured.contexts.slice(0, 1), maxNodes: 2 };
  const stop = new AbortController();
  const runId = newRunId(new Date());
  const namespaces = namespacesOf(`meshgate-${runId}`);
  const clusters = await lookAtClusters(kubeconfigFor(options), options, stop.signal);
  const deployed = prepareDeployment({ options, clusters, runId, namespaces, signal: stop.signal });
  const forgetSignals = onSignals({ first: () => stop.abort(), second: deployed.leftovers });
  const troubles: Trouble[] = [];
  const session = beginSession({
    scenarios: [],
    prospects: clusters,
    namespaces,
    settings: options.settings,
    settleMs: options.settleMs,
    vantages: () => undefined,
    signal: stop.signal,
    onTrouble: (trouble) => troubles.push(trouble),
  });
  try {
    await deployed.start(session);
    failOn(troubles);
    await measure(pairOf(session, clusters));
  } finally {
    await session.close();
    troubles.push(...(await deployed.remove()));
    await closeClusters(clusters);
    forgetSignals();
  }
  failOn(troubles);
  return stop.signal.aborted ? exitCodes.interrupted : exitCodes.passed;
}

function failOn([trouble]: Trouble[]): void {
  if (trouble) throw new Diagnostic("broken", trouble.message, trouble.cure);
}

function pairOf({ world, agentOf }: Session, [seen]: SeenCluster[]): BenchPair {
  const view = world.clusters[0];
  const client = view?.clients[0];
  const echo = view?.echoes.find(({ node }) => node !== client?.node) ?? view?.echoes[0];
  const agent = client ? agentOf(client) : "no node was chosen";
  if (!seen || !echo || typeof agent === "string")
    throw new Diagnostic(
      "broken",
      `There is no agent to measure with: ${typeof agent === "string" ? agent : "nobody answers"}.`,
      "Look first: npm test -- --suite pod-to-pod",
    );
  const { namespace, pod } = agent.facts;
  return { cluster: seen.cluster, agent, namespace, pod, echoAddress: echo.address };
}
