import { type Family, families } from "../../base/family.ts";
import { settleAll } from "../../base/settle-all.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { AddressPool } from "../../cluster/features/address-pools.ts";
import type { ClusterDns } from "../../cluster/features/dns.ts";
import type { IngressClass } from "../../cluster/features/ingress-classes.ts";
import type { Mechanism, MeshFacts } from "../../cluster/features/mesh.ts";
import type { NodePortRange } from "../../cluster/features/node-port-range.ts";
import type { NodeFacts } from "../../cluster/features/nodes.ts";
import type { Trouble } from "../../cluster/trouble.ts";
import type { Agent } from "../../probe/agent-session.ts";
import type { Ask } from "./converge.ts";
import { type Agents, domainOf, keepAgents, lacksPodNames } from "./agents.ts";
import { deployStage, type Site, stagesOf } from "../deploy/deployment.ts";
import { concurrencyPerAsker, createStage, type Stage } from "./stage.ts";
import { keepIngresses } from "../deploy/ingresses.ts";
import { createInquiry, type Inquiry } from "./inquiry.ts";
import { makeHands } from "../deploy/make-hands.ts";
import { tiesOf, withoutDenied } from "../mesh/mesh-ties.ts";
import type { Pod } from "../place.ts";
import type { Pace } from "./pace.ts";
import { type FeatureTable, type Plan, plan } from "./plan.ts";
import { trialPods, tryPolicies } from "./policy-trial.ts";
import { type PodWatch, watchPods } from "./pod-watch.ts";
import { callWitness } from "./witness.ts";
import { type Feature, features as allFeatures, type Scenario } from "../scenario.ts";
import type { Settings } from "../settings.ts";
import { viewIngresses } from "../deploy/view-ingresses.ts";
import { askerAt, type Vantage, type Vantages } from "../vantage.ts";
import {
  type ClusterView,
  type DnsServer,
  type LiveFacts,
  type NamespaceOf,
  type Ties,
  viewCluster,
  type World,
} from "../world.ts";

/** A cluster as it is before anything is deployed. */
export interface Prospect {
  cluster: Cluster;
  /** Chosen nodes. */
  nodes: NodeFacts[];
  /** Nodes of the control plane, chosen or not. */
  controlPlane: NodeFacts[];
  features: Record<string, string | null>;
  dns: ClusterDns | undefined;
  /** Those that are tested. */
  ingressClasses: IngressClass[];
  /** Features that are told apart only by a trial; they are listed as present until then. */
  unsure: string[];
  /** Internal addresses of all nodes. */
  nodeAddresses: string[];
  addressPools: AddressPool[];
  nodePortRange: NodePortRange;
  /** Address families that its nodes, pods and Services have. */
  families: Family[];
  mesh: MeshFacts;
  /** Contexts of the other clusters of the run that this joins to it. */
  joined: Record<Mechanism, string[]>;
}

export interface SessionOptions {
  scenarios: Scenario[];
  prospects: Prospect[];
  namespaces: Record<NamespaceOf, string>;
  vantages: Vantages;
  /** What the user forced the vantages to. */
  outside?: Vantage | "none" | undefined;
  settings: Settings;
  settleMs: number;
  /** More than that no change waits for what it brings about: addresses, imports, pods. Default: what scenarios and the run allow. */
  longestWaitMs?: number;
  signal: AbortSignal;
  onTrouble(trouble: Trouble): void;
}

/** For one change that a scenario makes, pods included. */
const changeTimeoutMs = 60_000;

/** One run of scenarios over clusters, from plan to results. */
export interface Session {
  readonly world: World;
  /** The agent of a pod, or why there is none. */
  agentOf(pod: Pod): Agent | string;
  /** What would be asked; names only. Grows exact once `deploy` has found out what only a running pod can tell. */
  plan(): Plan;
  /** Deploys agents and workloads, opens the agents' sessions. Throws Diagnostic `broken`, or AggregateError of several, when that is impossible. */
  deploy(sites: Site[], readyTimeoutMs: number): Promise<void>;
  /** Prepares to run a plan of this session, or a part of one, at another pace than usual; only after `deploy`. */
  stage(plan: Pick<Plan, "groups">, pace?: Partial<Pace>): Stage;
  /** Asks on top of the plan; only after `deploy`. */
  readonly inquiry: Inquiry;
  /** Ends the agents' sessions. Never throws. */
  close(): Promise<void>;
}

/** Begins a session. Asks nothing yet. */
export function beginSession(options: SessionOptions): Session {
  const { scenarios, prospects, namespaces, settings, settleMs, signal, onTrouble } = options;
  const live: LiveFacts = {
    namespaces,
    pods: new Map(),
    services: new Map(),
    domains: new Map(),
    takenNodePorts: new Map(),
    takenAway: new Set(),
  };
  const ingresses = keepIngresses(
    prospects.map(({ cluster, ingressClasses }) => [cluster.context, ingressClasses] as const),
  );
  const worldOf = (seen: Prospect[], family?: Family): World => {
    const clusters: ClusterView[] = seen.map((prospect) =>
      viewOf(
        prospect,
        live,
        family,
        tiesOf(prospect, { isFirst: prospect === prospects[0], clusters: () => clusters }),
      ),
    );
    return {
      clusters,
      allClusters: clusters,
      settings,
      outsideOf: (node) => askerAt(options.vantages(node.cluster, family), node, clusters),
      vantageOf: (cluster) => options.vantages(cluster, family),
      ingressesOf: viewIngresses(clusters, ingresses, namespaces.run),
    };
  };
  const world = worldOf(prospects);
  const views = world.clusters;
  const features = featureTable(prospects, options);
  const agents = keepAgents(
    prospects.map(({ cluster }) => cluster),
    live,
    onTrouble,
  );
  const ofFamilies = families.flatMap((family): [Family, World][] => {
    const having = prospects.filter((prospect) => prospect.families.includes(family));
    return having.length === 0 ? [] : [[family, worldOf(having, family)]];
  });
  const currentPlan = () => plan(scenarios, world, features, new Map(ofFamilies));
  const handled: Site[] = [];
  let podWatch: PodWatch | undefined;
  const ask: Ask = (from, questions) => agents.ask(from, questions, { concurrency: concurrencyPerAsker, signal });

  const { longestWaitMs = Infinity } = options;
  const timeoutMs = Math.min(changeTimeoutMs, longestWaitMs);
  const hands = makeHands(handled, { live, timeoutMs, longestWaitMs, signal }, ingresses);
  const tryFeatures = () =>
    Promise.all(
      prospects.map(async ({ cluster: { context }, unsure }) => {
        const view = views.find(({ name }) => name === context);
        const known = features.get(context);
        if (!view || !known || !unsure.includes("network-policy")) return;
        const reason = await tryPolicies(view, { hands, ask, signal });
        if (reason !== null) Object.assign(known, { "network-policy": reason, "pod-blocks": reason });
      }),
    );

  return {
    world,
    agentOf: agents.agentOf,
    plan: currentPlan,
    async deploy(sites, readyTimeoutMs) {
      handled.push(...sites);
      const deployed = new Set<string>();
      for (let stage = 0; ; stage++) {
        // What an agent finds out in its pod can add scenarios, and with them files of stages that are over.
        const stages = stagesOf(currentPlan().groups.map(({ scenario }) => scenario));
        if (stage >= stages.length || signal.aborted) break;
        const files = stages
          .slice(0, stage + 1)
          .flat()
          .filter((file) => !deployed.has(file));
        for (const file of files) deployed.add(file);
        const stageOptions = { live, timeoutMs: readyTimeoutMs, signal };
        await settleAll(sites.map(async (site) => (await deployStage(files, site, stageOptions)).forEach(onTrouble)));
        if (stage === 0 && !signal.aborted) await meetAgents(views, agents, live, features, options);
      }
      if (signal.aborted) return;
      if (deployed.has(trialPods.manifest)) await tryFeatures();
      await openAll(askers(currentPlan()), agents, options);
    },
    stage(planned, pace = {}) {
      podWatch ??= watchPods(
        prospects.map(({ cluster }) => cluster),
        live,
      );
      return createStage(planned, { ask, hands, witness: callWitness(podWatch, agents), settleMs, signal, ...pace });
    },
    inquiry: createInquiry({
      clusters: prospects.map(({ cluster }) => cluster),
      live,
      agents,
      worldOver: (family) => ofFamilies.find(([each]) => each === family)?.[1] ?? world,
    }),
    async close() {
      podWatch?.stop();
      await agents.close();
    },
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
      if (domain !== undefined) {
        live.domains.set(name, domain);
        // The kubelet promises the cluster's DNS to this pod. Without a DNS Service that promise is broken, and not a missing feature.
        known.dns = null;
      }
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
  const all = groups.flatMap(({ paths }) => paths.map(({ from }) => from));
  return all.filter((asker) => asker.kind === "pod");
}

function featureTable(prospects: Prospect[], { vantages, outside, settings }: SessionOptions): FeatureTable {
  const several = prospects.length > 1 ? null : "only one cluster is tested; name more with --multi-cluster";
  return new Map(
    prospects.map(({ cluster, controlPlane, joined, features: found }): [string, Record<Feature, string | null>] => {
      const known: Record<string, string | null> = {
        ...found,
        "pod-names": found["dns"] ?? null,
        "multi-cluster": several,
        outside: vantages(cluster.context) === undefined ? whyNoOutside(outside) : null,
        "control-plane": controlPlane.length > 0 ? null : "it shows no node of its control plane",
        "host-network": settings.hostNetwork ? null : "it needs privileged pods; allow them with --host-network",
        disruptive: settings.disruptive ? null : "it deletes and rolls out its own pods; allow that with --disruptive",
        ...withoutDenied({ context: cluster.context, joined, features: found }, settings),
        expectations: whyNoExpectations(settings, cluster.context, prospects),
      };
      const reasons = allFeatures.map((feature) => {
        const reason = feature in known ? known[feature] : `${feature} is not looked for`;
        return [feature, reason ?? null] as const;
      });
      return [cluster.context, Object.fromEntries(reasons) as Record<Feature, string | null>];
    }),
  );
}

function whyNoExpectations({ expectations }: Settings, context: string, prospects: Prospect[]): string | null {
  if (expectations.length === 0) return "the configuration file has no expectations";
  const others = new Set(prospects.map(({ cluster }) => cluster.context).filter((name) => name !== context));
  const isAbout = expectations.some(
    ({ from, to }) => (from === context && others.has(to)) || (to === context && others.has(from)),
  );
  return isAbout ? null : "the configuration file expects nothing between it and another cluster of this run";
}

function whyNoOutside(forced: SessionOptions["outside"]): string {
  if (forced === "none") return "nobody may ask it from outside: --outside none";
  if (forced === "other-cluster")
    return "only another cluster may ask it from outside, and there is none: --outside other-cluster";
  return "nobody can ask it from outside: this machine has no way to its nodes, and no other cluster or node is there to stand in";
}

function viewOf(prospect: Prospect, live: LiveFacts, family: Family | undefined, ties: Ties): ClusterView {
  const { cluster, nodes, controlPlane, dns, nodeAddresses, addressPools, nodePortRange } = prospect;
  const withAddresses = ({ name, addresses: { ipv4, ipv6 } }: NodeFacts) => ({ name, addresses: [...ipv4, ...ipv6] });
  return viewCluster(
    cluster.context,
    nodes.map(withAddresses),
    dnsServersOf(dns, family),
    live,
    family,
    { controlPlane: controlPlane.map(withAddresses), nodeAddresses, addressPools, nodePortRange },
    ties,
  );
}

/**
 * Names servers by node, and numbers those that share one: such names stay when a server's pod is replaced.
 */
function dnsServersOf(dns: ClusterDns | undefined, family?: Family): DnsServer[] {
  const first = dns?.servers[0]?.family;
  const servers = (dns?.servers ?? []).filter((server) => server.family === (family ?? first));
  const byNode = Map.groupBy(servers, ({ node }) => node);
  return [...byNode].flatMap(([node, ofNode]) =>
    ofNode.map(({ address, port }, index) => ({
      name: index === 0 ? "dns-server" : `dns-server-${index + 1}`,
      node,
      address,
      port,
    })),
  );
}
