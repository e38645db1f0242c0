import { loadKubeconfig } from "../../cluster/kubeconfig/kubeconfig.ts";
import type { ClusterFacts, PathResult, Trouble } from "../../report/path-result.ts";
import { loadCatalogue } from "../../scenario/catalogue.ts";
import { askPlan } from "../../scenario/run/ask-plan.ts";
import type { Inquiry } from "../../scenario/run/inquiry.ts";
import { onlyPaths } from "../../scenario/run/only-paths.ts";
import type { Pace } from "../../scenario/run/pace.ts";
import type { Group } from "../../scenario/run/plan.ts";
import { beginSession } from "../../scenario/run/session.ts";
import { namespacesOf } from "../../scenario/world.ts";
import { effectiveConfiguration } from "../config/effective-configuration.ts";
import { prepareDeployment } from "../deployed-run.ts";
import { runOptions } from "../effective-options.ts";
import { clusterFacts, closeClusters, findVantages, lookAtClusters } from "../prospects.ts";
import { newRunId } from "../run-id.ts";
import { isNamedBy } from "./name-scenarios.ts";

/** What was seen of a part of the scenarios. */
export interface Sightings {
  paths: PathResult[];
  /** What came up since it began. */
  troubles: Trouble[];
}

/** Scenarios on the clusters of a lab: deployed once, and asked again and again. */
export interface LabSession {
  readonly clusters: ClusterFacts[];
  /** Asks what a diagnosis wants to know on top. */
  readonly inquiry: Inquiry;
  /** Scenarios that ask anything here. */
  readonly scenarios: string[];
  /** Asks these scenarios, or all of these suites. Never rejects. */
  ask(names: string[], pace: Pace): Promise<Sightings>;
  /** Asks the paths of these ids once more, with what they need to mean anything. Never rejects. */
  askAgain(ids: string[], pace: Pace): Promise<Sightings>;
  /** Ends the session, and removes what it deployed. Never throws. */
  close(): Promise<void>;
}

export interface LabSessionOptions {
  kubeconfigFile: string;
  contexts: string[];
  /** Scenarios or suites that are deployed. */
  names: string[];
  signal: AbortSignal;
}

/** A lab answers at once; what has not come by then will not. */
const longestWaitMs = 15_000;

/** Deploys scenarios to a lab, with everything allowed. Throws Diagnostic. */
export async function openLabSession(lab: LabSessionOptions): Promise<LabSession> {
  const { signal, contexts } = lab;
  const options = optionsFor(lab);
  const kubeconfig = loadKubeconfig({ path: lab.kubeconfigFile, env: {}, cwd: process.cwd() });
  const all = await loadCatalogue([]);
  const scenarios = all.scenarios.filter(({ name }) => isNamedBy(lab.names, name));
  const clusters = await lookAtClusters(kubeconfig, { ...options, contexts }, signal);
  const runId = newRunId(new Date());
  const namespaces = namespacesOf(`${options.namespacePrefix}-${runId}`);
  const deployed = prepareDeployment({ options, clusters, runId, namespaces, signal });
  let troubles: Trouble[] = [];
  const session = beginSession({
    scenarios,
    prospects: clusters,
    namespaces,
    settings: options.settings,
    settleMs: options.settleMs,
    longestWaitMs,
    vantages: await findVantages(clusters, options),
    signal,
    onTrouble: (trouble) => troubles.push(trouble),
  });
  const askGroups = async (groups: Group[], pace: Pace) => {
    const paths = await askPlan(session.stage({ groups }, pace), groups);
    const seen = { paths, troubles };
    troubles = [];
    return seen;
  };
  const close = async () => {
    await session.close();
    await deployed.remove();
    await closeClusters(clusters);
  };
  try {
    await deployed.start(session);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    clusters: clusters.map(clusterFacts),
    inquiry: session.inquiry,
    scenarios: [...new Set(session.plan().groups.map(({ scenario }) => scenario.name))],
    ask: (names, pace) =>
      askGroups(
        session.plan().groups.filter(({ scenario }) => isNamedBy(names, scenario.name)),
        pace,
      ),
    askAgain: (ids, pace) => askGroups(onlyPaths(session.plan().groups, new Set(ids)), pace),
    close,
  };
}

function optionsFor({ contexts }: LabSessionOptions) {
  const pairs = contexts.flatMap((from) => contexts.filter((to) => to !== from).map((to) => ({ from, to })));
  const configuration = {
    contexts,
    hostNetwork: true,
    disruptive: true,
    thresholds: { loadBalancer: "6s", failOver: "10s" },
    // Everybody may ask everybody in a lab; that it is said makes the scenarios about it take part.
    expectations: pairs.map((pair) => ({ ...pair, expect: "reachable" as const })),
  };
  return runOptions(effectiveConfiguration(configuration, {}), {
    list: false,
    dryRun: false,
    keep: false,
    color: false,
  });
}
