import { Diagnostic } from "../base/diagnostic.ts";
import { formatDuration } from "../base/duration.ts";
import { createRedactor } from "../base/redact.ts";
import { ApiFailure } from "../cluster/api-failure.ts";
import type { Kubeconfig } from "../cluster/kubeconfig/kubeconfig.ts";
import { secretsOf } from "../cluster/kubeconfig/secrets-of.ts";
import { allureReporter } from "../report/allure/allure-reporter.ts";
import { consoleReporter, layoutFor } from "../report/console.ts";
import type { Coverage } from "../report/coverage.ts";
import { reportDirectory } from "../report/directory.ts";
import { jsonReporter } from "../report/json.ts";
import { junitReporter } from "../report/junit.ts";
import type { ScenarioFacts, Trouble } from "../report/path-result.ts";
import { type Report, startReport } from "../report/report.ts";
import { type Catalogue, loadCatalogue } from "../scenario/catalogue.ts";
import { type Scenario, suiteOf } from "../scenario/scenario.ts";
import { expectedBetween } from "../scenario/settings.ts";
import { beginSession } from "../scenario/run/session.ts";
import { runPlan } from "../scenario/run/run-plan.ts";
import { namespacesOf } from "../scenario/world.ts";
import { diagnoseRun } from "./diagnose-run.ts";
import { type DeployedRun, prepareDeployment } from "./deployed-run.ts";
import type { RunOptions } from "./run-options.ts";
import {
  closeClusters,
  clusterFacts,
  findVantages,
  lookAtClusters,
  nodeTroubles,
  type SeenCluster,
} from "./prospects.ts";
import { newRunId } from "./run-id.ts";
import { onSignals } from "./signals.ts";
import { meshgateVersion } from "./version.ts";

export interface TestRunContext {
  /** The options as given, for the report. */
  command: string[];
  /** True when the clusters are those of the embedded lab. */
  lab: boolean;
  write(text: string): void;
}

/** Deploys, asks, reports and removes. Returns the exit code that the verdict stands for. */
export async function testRun(
  options: RunOptions,
  kubeconfig: Kubeconfig,
  catalogue: Catalogue,
  context: TestRunContext,
): Promise<number> {
  const runId = newRunId(new Date());
  const namespace = `${options.namespacePrefix}-${runId}`;
  const coverage = await coverageOf(options, catalogue);
  const report = openReports({ runId, namespace, options, kubeconfig, catalogue, coverage, context });
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort("time limit"), options.timeoutMs);
  let clusters: SeenCluster[] = [];
  let deployed: DeployedRun | undefined;
  const forgetSignals = onSignals({
    first(signal) {
      context.write(`\n${signal}: stopping, writing the reports and cleaning up; once more to leave at once\n`);
      stop.abort("interrupted");
    },
    second: () => deployed?.leftovers() ?? "nothing of this run is left in any cluster",
  });
  try {
    const looked = report.step("look at the clusters");
    clusters = await lookAtClusters(kubeconfig, options, stop.signal);
    looked();
    report.clustersKnown(clusters.map(clusterFacts));
    nodeTroubles(clusters).forEach(report.troubleFound);
    const namespaces = namespacesOf(namespace);
    deployed = prepareDeployment({ options, clusters, runId, namespaces, signal: stop.signal });
    const session = beginSession({
      scenarios: catalogue.scenarios,
      prospects: clusters,
      namespaces,
      settings: options.settings,
      settleMs: options.settleMs,
      vantages: await findVantages(clusters, options),
      outside: options.outside,
      signal: stop.signal,
      onTrouble: report.troubleFound,
    });
    try {
      const isDeployed = report.step("deploy");
      await deployed.start(session);
      isDeployed();
      const isAsked = report.step("ask");
      if (!stop.signal.aborted) await runPlan(session, { files: catalogue.files, runId, sink: report });
      isAsked();
      const isDiagnosed = report.step("diagnose");
      await diagnoseRun(report, { inquiry: session.inquiry, signal: stop.signal, write: context.write });
      isDiagnosed();
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof Diagnostic && error.kind === "configuration") {
      await report.finish("configuration");
      throw error;
    }
    if (!stop.signal.aborted) troublesOf(error).forEach(report.troubleFound);
  } finally {
    clearTimeout(timer);
    const isRemoved = report.step("remove");
    for (const trouble of (await deployed?.remove()) ?? []) report.troubleFound(trouble);
    isRemoved();
    await closeClusters(clusters);
    forgetSignals();
  }
  return finish(report, stop.signal, options);
}

async function finish(report: Report, stopped: AbortSignal, { timeoutMs }: RunOptions): Promise<number> {
  if (stopped.reason === "time limit")
    report.troubleFound({
      message: `the run was stopped at its time limit of ${formatDuration(timeoutMs)}`,
      cure: "Give it longer with --timeout, or less to do with --suite or --max-nodes.",
    });
  const interrupted = stopped.reason === "interrupted";
  const results = await report.finish(interrupted ? "interrupted" : "completed");
  return results.run.exitCode ?? 3;
}

interface ReportFacts {
  runId: string;
  namespace: string;
  options: RunOptions;
  kubeconfig: Kubeconfig;
  catalogue: Catalogue;
  coverage: Coverage | undefined;
  context: TestRunContext;
}

function openReports({ runId, namespace, options, kubeconfig, catalogue, coverage, context }: ReportFacts): Report {
  const { command, lab, write } = context;
  const directory = reportDirectory({ root: options.reportDir, runId });
  const layout = layoutFor(process.stdout, { colour: options.color, environment: process.env });
  const redactor = createRedactor(secretsOf(kubeconfig));
  return startReport({
    head: {
      run: { id: runId, command, lab, namespace },
      versions: { meshgate: meshgateVersion, node: process.version, agentImage: options.image },
      scenarios: catalogue.scenarios.map(scenarioFacts),
    },
    reporters: [
      jsonReporter(directory),
      junitReporter(directory),
      allureReporter(directory, write),
      consoleReporter({ ...layout, write, reports: [directory] }),
    ],
    redact: (text) => redactor.redact(text),
    ...(coverage ? { coverage } : {}),
  });
}

function scenarioFacts({ name, claim, spec, covers }: Scenario): ScenarioFacts {
  return { name, suite: suiteOf(name), claim, spec, covers };
}

/** Undefined when nothing is required. */
async function coverageOf({ required, settings }: RunOptions, chosen: Catalogue): Promise<Coverage | undefined> {
  if (required.length === 0) return undefined;
  const { scenarios } = await loadCatalogue([]);
  const names = scenarios.map(({ name }) => name);
  const wanted = names.filter((name) => required.includes(name) || required.includes(suiteOf(name)));
  return {
    required: wanted,
    leftOut: wanted.filter((name) => !chosen.scenarios.some((scenario) => scenario.name === name)),
    isDenied: (from, to) => expectedBetween(settings, from, to) === "denied",
  };
}

/** One trouble for each thing that failed: what several clusters threw is told by each of them. */
function troublesOf(error: unknown): Trouble[] {
  if (error instanceof AggregateError) return error.errors.flatMap(troublesOf);
  if (error instanceof Diagnostic && Array.isArray(error.cause)) return error.cause.flatMap(troublesOf);
  if (error instanceof ApiFailure) return [{ cluster: error.context, message: error.message, cure: error.cure }];
  if (error instanceof Diagnostic) return [{ message: error.message, cure: error.cure }];
  const message = error instanceof Error ? error.message : "an unknown error";
  const cure = "Please report it, with the command and results.json.";
  return [{ message: `meshgate itself failed: ${message}`, cure }];
}
