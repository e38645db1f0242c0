import { settleAll } from "../base/settle-all.ts";
import { shellQuote } from "../base/shell-quote.ts";
import { type KeptAlive, keepAlive } from "../cluster/run/keep-alive.ts";
import { copyPullSecret, parsePullSecret } from "../cluster/run/pull-secret.ts";
import { removeRun } from "../cluster/run/remove.ts";
import { createRunNamespace } from "../cluster/run/run-namespace.ts";
import type { Trouble } from "../cluster/trouble.ts";
import { bundleAgent } from "../probe/bundle.ts";
import type { Site } from "../scenario/deploy/deployment.ts";
import type { Session } from "../scenario/run/session.ts";
import type { NamespaceOf } from "../scenario/world.ts";
import type { RunOptions } from "./run-options.ts";
import { thisProcess } from "./owner.ts";
import type { SeenCluster } from "./prospects.ts";

/** What a run puts into clusters, and how it takes that back. */
export interface DeployedRun {
  /** Creates the namespaces, deploys everything and opens the agents. Throws Diagnostic. */
  start(session: Session): Promise<void>;
  /** Removes what was created, or leaves it with `--keep`. Returns what could not be removed. Never throws. */
  remove(): Promise<Trouble[]>;
  /** Says, for a hurried exit, what is left and how to remove it. */
  leftovers(): string;
}

export interface DeployedRunOptions {
  options: RunOptions;
  clusters: SeenCluster[];
  runId: string;
  namespaces: Record<NamespaceOf, string>;
  signal: AbortSignal;
}

const readyTimeoutMs = 180_000;
const removeTimeoutMs = 120_000;

/** Prepares the deployment of a run; nothing is created before `start`. */
export function prepareDeployment({ options, clusters, runId, namespaces, signal }: DeployedRunOptions): DeployedRun {
  let mayExist = false;
  const alive: KeptAlive[] = [];
  const { host, ...restricted } = namespaces;
  const names = [...Object.values(restricted), ...(options.settings.hostNetwork ? [host] : [])];

  return {
    async start(session) {
      const agentScript = await bundleAgent();
      mayExist = true;
      const sites = await settleAll(clusters.map((seen, index) => makeSite(seen, agentScript, index === 0)));
      await session.deploy(sites, readyTimeoutMs);
    },
    async remove() {
      await Promise.all(alive.map((heartbeat) => heartbeat.stop()));
      if (!mayExist || options.keep) return [];
      const troubles = await Promise.all(
        clusters.map(({ cluster }) => removeRun(cluster, { runId, timeoutMs: removeTimeoutMs })),
      );
      mayExist = troubles.some((list) => list.length > 0);
      return troubles.flat();
    },
    leftovers() {
      if (!mayExist) return "nothing of this run is left in any cluster";
      const commands = clusters.map(
        ({ cluster }) => `  kubectl --context ${shellQuote(cluster.context)} delete namespace ${names.join(" ")}`,
      );
      return ["left behind, remove with:", ...commands].join("\n");
    },
  };

  async function makeSite(
    { cluster, nodes, ingressClasses }: SeenCluster,
    agentScript: string,
    isFirst: boolean,
  ): Promise<Site> {
    const startedAt = new Date();
    const owner = thisProcess();
    const made = await settleAll(
      names.map((name) =>
        createRunNamespace(cluster, {
          name,
          runId,
          startedAt,
          owner,
          signal,
          podSecurity: name === host ? "privileged" : "restricted",
        }),
      ),
    ).catch(firstOnly);
    alive.push(keepAlive(made));
    const pullSecret =
      options.imagePullSecret === undefined
        ? undefined
        : await copyPullSecret(cluster, parsePullSecret(options.imagePullSecret), { namespaces: names, runId });
    return {
      cluster,
      isFirst,
      values: {
        namespace: namespaces.run,
        otherNamespace: namespaces.other,
        hostNamespace: host,
        runId,
        clusterName: cluster.context,
        image: options.image,
        ...(pullSecret === undefined ? {} : { pullSecret }),
        tolerations: options.tolerations,
        nodes: nodes.map(({ name }) => name),
        ingressClasses: ingressClasses.map(({ name }) => name),
        agentScript,
      },
    };
  }
}

/** A cluster that refuses several namespaces does so for one reason. */
function firstOnly(error: unknown): never {
  throw error instanceof AggregateError ? error.errors[0] : error;
}
