import { settleAll } from "../base/settle-all.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { ClusterDns } from "../cluster/dns.ts";
import type { NodeFacts } from "../cluster/nodes.ts";
import type { Trouble } from "../cluster/trouble.ts";
import type { Agent } from "../probe/agent-session.ts";
import type { PathResult } from "../report/path-result.ts";
import { type Agents, domainOf, keepAgents, lacksPodNames } from "./agents.ts";
import { deployStage, type Site, stagesOf } from "./deployment.ts";
import { runGroup } from "./engine.ts";
import type { Pod } from "./place.ts";
import { type FeatureTable, type Group, type Plan, plan } from "./plan.ts";
import type { Feature, Scenario } from "./scenario.ts";
import { type ClusterView, type LiveFacts, type NamespaceOf, viewCluster, type World } from "./world.ts";

/** A cluster as it is before anything is deployed. */
export interface Prospect {
  cluster: Cluster;
  /** Chosen nodes. */
  nodes: NodeFacts[];
  features: Record<string, string | null>;
  dns: ClusterDns | undefined;
}

export interface SessionOptions {
  scenarios: Scenario[];
  prospects: Prospect[];
  namespaces: Record<NamespaceOf, string>;
  settleMs: number;
  signal: AbortSignal;
  onTrouble(trouble: Trouble): void;
}

/** One run of scenarios over clusters, from plan to results. */
export interface Session {
  readonly world: World;
  /** The agent of a pod, or why there is none. */
  agentOf(pod: Pod): Agent | string;
  /** What would be asked; names only. Grows exact once `deploy` has found out what only a running pod can tell. */
  plan(): Plan;
  /** Deploys agents and workloads, opens the agents' sessions. Throws Diagnostic `broken`, or AggregateError of several, when that is impossible. */
  deploy(sites: Site[], readyTimeoutMs: number): Promise<void>;
  run(group: Group): Promise<PathResult[]>;
  /** Ends the agents' sessions. Never throws. */
  close(): Promise<void>;
}

/** Begins a session. Asks nothing yet. */
export function beginSession(options: SessionOptions): Session {
  const { scenarios, prospects, namespaces, settleMs, signal, onTrouble } = options;
  const live: LiveFacts = { namespaces, pods: new Map(), services: new Map(), domains: new Map() };
  const views = prospects.map(({ cluster, nodes, dns }) =>
    viewCluster(
      cluster.context,
      nodes.map(({ name }) => name),
      dnsServersOf(dns),
      live,
    ),
  );
  const features = featureTable(prospects);
  const agents = keepAgents(
    prospects.map(({ cluster }) => cluster),
    live,
    onTrouble,
  );
  const currentPlan = () => plan(scenarios, { clusters: views }, features);

  return {
    world: { clusters: views },
    agentOf: agents.agentOf,
    plan: currentPlan,
    async deploy(sites, readyTimeoutMs) {
      const planned = new Set(currentPlan().groups.map(({ scenario }) => scenario));
      for (const [stage, files] of stagesOf([...planned]).entries()) {
        const stageOptions = { live, timeoutMs: readyTimeoutMs, signal };
        await settleAll(sites.map(async (site) => (await deployStage(files, site, stageOptions)).forEach(onTrouble)));
        if (signal.aborted) return;
        if (stage === 0) await meetAgents(views, agents, live, features, options);
      }
      await openAll(askers(currentPlan()), agents, options);
    },
    run: (group) => runGroup(group, { agentOf: agents.agentOf, settleMs, signal }),
    close: agents.close,
  };
}

/** Opens the resident agents and lets one of each cluster tell what only a pod can know. */
async function meetAgents(
  views: ClusterView[],
  agents: Agents,
  live: LiveFacts,
  features: FeatureTable,
  options: SessionOptions,
) {
  await openAll(
    views.flatMap(({ clients, echoes }) => [...clients, ...echoes]),
    agents,
    options,
  );
  await Promise.all(
    views.map(async ({ name, clients, echoes, dnsServers }) => {
      const guide = clients.map(agents.agentOf).find((agent) => typeof agent !== "string");
      const known = features.get(name);
      if (!guide || !known) return;
      const domain = domainOf(guide);
      if (domain !== undefined) live.domains.set(name, domain);
      const [echo] = echoes.filter((pod) => typeof agents.agentOf(pod) !== "string");
      if (known.dns === null && domain !== undefined && echo)
        known["pod-names"] = await lacksPodNames(guide, echo, domain, dnsServers);
    }),
  );
}

async function openAll(pods: Pod[], agents: Agents, { signal, onTrouble }: SessionOptions): Promise<void> {
  for (const trouble of await agents.open(pods, signal)) onTrouble(trouble);
}

function askers({ groups }: Plan): Pod[] {
  return [...new Set(groups.flatMap(({ paths }) => paths.map(({ from }) => from)))];
}

function featureTable(prospects: Prospect[]): FeatureTable {
  const several = prospects.length > 1 ? null : "only one cluster is tested; name more with --multi-cluster";
  return new Map(
    prospects.map(({ cluster, features }): [string, Record<Feature, string | null>] => {
      const found = (feature: Feature) =>
        feature in features ? (features[feature] ?? null) : `${feature} is not looked for`;
      return [
        cluster.context,
        {
          dns: found("dns"),
          "pod-names": found("dns"),
          "ipv4-only": found("ipv4-only"),
          "multi-node": found("multi-node"),
          "multi-cluster": several,
        },
      ];
    }),
  );
}

/** Names servers by node, which stays when a server's pod is replaced; only servers that share a node need their pods' names. */
function dnsServersOf(dns: ClusterDns | undefined) {
  const servers = dns?.servers ?? [];
  return servers.map(({ pod, node, address, port }) => {
    const alone = servers.filter((other) => other.node === node).length === 1;
    return { name: alone ? "dns-server" : `dns-server-${pod}`, node, address, port };
  });
}
