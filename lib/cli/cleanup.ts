import { hostname } from "node:os";
import { Command } from "commander";
import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { openClusters } from "../cluster/open-clusters.ts";
import { requireContexts } from "../cluster/kubeconfig/require-contexts.ts";
import { sweep, type Swept } from "../cluster/run/sweep.ts";
import { requireNames } from "./config/require-names.ts";
import { configuredOptions } from "./configured-options.ts";
import { runAgainInside } from "./embedded-lab.ts";
import { labToEnter } from "./inside-lab.ts";
import { append, appendList, duration } from "./option-values.ts";
import { parse } from "./parse-command.ts";
import { isProcessAlive } from "./owner.ts";
import { closeClusters } from "./prospects.ts";
import { kubeconfigFor } from "./run.ts";

interface CleanupOptions {
  context?: string[];
  multiCluster?: string[];
  kubeconfig?: string;
  config?: string;
  olderThan: number;
}

/** Removes what earlier runs left in the clusters that the options or the configuration file name, and returns the exit code. Throws Diagnostic. */
export async function cleanup(args: string[], write: (text: string) => void): Promise<number> {
  const parsed = parse(cleanupCommand(), args, (raw) => raw as unknown as CleanupOptions);
  if ("printed" in parsed) {
    write(parsed.printed);
    return exitCodes.passed;
  }
  const { context = [], multiCluster = [], kubeconfig: path, config, olderThan } = parsed.options;
  const contexts = [...context, ...multiCluster];
  const given = {
    ...(contexts.length === 0 ? {} : { contexts }),
    ...(path === undefined ? {} : { kubeconfig: path }),
  };
  const { file, options } = configuredOptions({ given, ...(config === undefined ? {} : { config }) });
  const names = options.contexts;
  if (names.length === 0)
    throw new Diagnostic(
      "configuration",
      "cleanup needs to know in which clusters",
      "Name them: npm run cleanup -- --context NAME --multi-cluster NAME,NAME",
    );
  const kubeconfig = kubeconfigFor(options);
  requireNames(file, { given: contexts.length === 0 ? [] : names, kubeconfig: kubeconfig.contexts });
  requireContexts(kubeconfig, names);
  const handle = labToEnter(kubeconfig, names);
  if (handle) return runAgainInside(handle, ["cleanup", ...args]);
  const clusters = await openClusters(kubeconfig, names);
  const limits = { olderThanMs: olderThan, now: new Date(), host: hostname(), isProcessAlive };
  const outcomes = await Promise.all(
    clusters.map(async (cluster) => ({ cluster, swept: await sweep(cluster, limits) })),
  );
  for (const { cluster, swept } of outcomes) write(sweptText(cluster.context, swept));
  await closeClusters(outcomes);
  return outcomes.some(({ swept }) => swept.failed.length > 0) ? exitCodes.broken : exitCodes.passed;
}

function sweptText(context: string, { removed, kept, failed }: Swept): string {
  const lines = [
    ...removed.map((name) => `removed  ${name}`),
    ...kept.map(({ namespace, reason }) => `kept     ${namespace}: ${reason}`),
    ...failed.map(({ message, cure }) => `failed   ${message}\n         ${cure}`),
  ];
  return `${context}\n${(lines.length === 0 ? ["nothing is left of earlier runs"] : lines).map((line) => `  ${line}\n`).join("")}`;
}

function cleanupCommand(): Command {
  return new Command("npm run cleanup --")
    .description("Removes what earlier runs left behind; runs that are alive are kept.")
    .usage("--context NAME [options]")
    .option("--context <name>", "kubeconfig context; repeatable", append)
    .option("--multi-cluster <names>", "further contexts, separated by commas", appendList)
    .option("--kubeconfig <path>", "kubeconfig file (default: KUBECONFIG, then ~/.kube/config)")
    .option("--config <path>", "configuration file (default: meshgate.config.yaml, which may be absent)")
    .option("--older-than <duration>", "only runs that began longer ago than this", duration("--older-than"), 0)
    .helpOption("--help");
}
