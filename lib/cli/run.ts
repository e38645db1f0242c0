import { exitCodes } from "../base/diagnostic.ts";
import { type Kubeconfig, loadKubeconfig } from "../cluster/kubeconfig/kubeconfig.ts";
import { requireContexts } from "../cluster/kubeconfig/require-contexts.ts";
import type { Catalogue } from "../scenario/catalogue.ts";
import { beginSession } from "../scenario/run/session.ts";
import { namespacesOf } from "../scenario/world.ts";
import { planText } from "./dry-run.ts";
import { listText } from "./list.ts";
import type { RunOptions } from "./run-options.ts";
import { closeClusters, findVantages, lookAtClusters } from "./prospects.ts";
import { type TestRunContext, testRun } from "./test-run.ts";

/**
 * Runs these scenarios on the clusters that the options name, and returns the exit code.
 *
 * Throws Diagnostic `configuration`; what goes wrong after options and kubeconfig were found good is in the reports.
 */
export async function run(options: RunOptions, catalogue: Catalogue, context: TestRunContext): Promise<number> {
  if (options.list) {
    context.write(`${listText(catalogue.scenarios)}\n`);
    return exitCodes.passed;
  }
  const kubeconfig = kubeconfigFor(options);
  requireContexts(kubeconfig, options.contexts);
  return options.dryRun
    ? dryRun(options, kubeconfig, catalogue, context)
    : testRun(options, kubeconfig, catalogue, context);
}

/** Loads the kubeconfig that the options or the environment name. */
export function kubeconfigFor({ kubeconfig: path }: Pick<RunOptions, "kubeconfig">): Kubeconfig {
  return loadKubeconfig({ ...(path === undefined ? {} : { path }), env: process.env, cwd: process.cwd() });
}

async function dryRun(
  options: RunOptions,
  kubeconfig: Kubeconfig,
  { scenarios }: Catalogue,
  { write }: TestRunContext,
): Promise<number> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  const prospects = await lookAtClusters(kubeconfig, options, signal);
  const namespaces = namespacesOf(options.namespacePrefix);
  const vantages = await findVantages(prospects, options);
  const session = beginSession({ ...options, vantages, scenarios, prospects, namespaces, signal, onTrouble: () => {} });
  const plan = session.plan();
  await closeClusters(prospects);
  write(`${planText(plan)}\n`);
  return plan.groups.length === 0 ? exitCodes.broken : exitCodes.passed;
}
