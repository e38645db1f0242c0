import { join } from "node:path";
import { Diagnostic } from "../base/diagnostic.ts";
import { formatDuration } from "../base/duration.ts";
import { mayBeginWith } from "../base/glob.ts";
import { createRedactor } from "../base/redact.ts";
import { ApiFailure } from "../cluster/api-failure.ts";
import type { Kubeconfig } from "../cluster/kubeconfig/kubeconfig.ts";
import { secretsOf } from "../cluster/kubeconfig/secrets-of.ts";
import { allureReporter } from "../report/allure/allure-reporter.ts";
import { consoleReporter, layoutFor } from "../report/console.ts";
import type { Coverage } from "../report/coverage.ts";
import { reportDirectory } from "../report/directory.ts";
import { fileReporter } from "../report/file-reporter.ts";
import { historyReporter } from "../report/history/history-reporter.ts";
import { htmlWriter } from "../report/html/html.ts";
import { jsonReporter } from "../report/json.ts";
import { writers } from "../report/writers.ts";
import type { Results, ScenarioFacts, Trouble } from "../report/path-result.ts";
import { type Report, startReport } from "../report/report.ts";
import { type Catalogue, loadCatalogue } from "../scenario/catalogue.ts";
import { type Scenario, suiteOf } from "../scenario/scenario.ts";
import { expectedBetween } from "../scenario/settings.ts";
import { beginSession } from "../scenario/run/session.ts";
import { runPlan } from "../scenario/run/run-plan.ts";
import { namespacesOf } from "../scenario/world.ts";
import { gatherEvidence } from "./evidence/gather-evidence.ts";
import { diagnoseRun } from "./diagnose-run.ts";
import { type DeployedRun, prepareDeployment } from "./deployed-run.ts";
import type { GateFiles } from "./read-gates.ts";
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
import { appendStepSummary } from "./step-summary.ts";
import { meshgateVersion } from "./version.ts";

export interface TestRunContext {
  /** The options as given, for the report. */
  command: string[];
  /** True when the clusters are those of the embedded lab. */
  lab: boolean;
  gates: GateFiles;
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
  const redactor = createRedactor(secretsOf(kubeconfig));
  const redact = (text: string) => redactor.redact(text);
  const directory = reportDirectory({ root: options.reportDir, runId });
  const report = openReports({ runId, namespace, options, catalogue, coverage, context, directory, redact });
  const stop = new AbortController();
  const interrupt = new AbortController();
  const timer = setTimeout(() => stop.abort("time limit"), options.timeoutMs);
  let clusters: SeenCluster[] = [];
  let deployed: DeployedRun | undefined;
  const forgetSignals = onSignals({
    first(signal) {
      context.write(`\n${signal}: stopping, writing the reports and cleaning up; once more to leave at once\n`);
      stop.abort("interrupted");
      interrupt.abort();
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
    await gatherEvidence(report, {
      clusters: clusters.map(({ cluster }) => cluster),
      namespaces: namespacesOf(namespace),
      directory,
      redact,
      stopped: stop.signal.aborted,
      // Whoever stopped the run waits.
      ...(stop.signal.reason === "interrupted" ? { limitMs: 4000 } : { limitMs: 20_000, signal: interrupt.signal }),
    });
    const isRemoved = report.step("remove");
    for (const trouble of (await deployed?.remove()) ?? []) report.troubleFound(trouble);
    isRemoved();
    await closeClusters(clusters);
    forgetSignals();
  }
  const results = await finish(report, stop.signal, options);
  appendStepSummary(results, { env: process.env, write: context.write });
  return results.run.exitCode ?? 3;
}

async function finish(report: Report, stopped: AbortSignal, { timeoutMs }: RunOptions): Promise<Results> {
  if (stopped.reason === "time limit")
    report.troubleFound({
      message: `the run was stopped at its time limit of ${formatDuration(timeoutMs)}`,
      cure: "Give it longer with --timeout, or less to do with --suite or --max-nodes.",
    });
  const interrupted = stopped.reason === "interrupted";
  return report.finish(interrupted ? "interrupted" : "completed");
}

interface ReportFacts {
  runId: string;
  namespace: string;
  options: RunOptions;
  catalogue: Catalogue;
  coverage: Coverage | undefined;
  context: TestRunContext;
  directory: string;
  redact(text: string): string;
}

function openReports(facts: ReportFacts): Report {
  const { runId, namespace, options, catalogue, coverage, directory, redact } = facts;
  const { command, lab, gates, write } = facts.context;
  const layout = layoutFor(process.stdout, { colour: options.color, environment: process.env });
  return startReport({
    head: {
      run: { id: runId, command, lab, namespace },
      versions: { meshgate: meshgateVersion, node: process.version, agentImage: options.image },
      scenarios: catalogue.scenarios.map(scenarioFacts),
    },
    reporters: [
      // What keeps it from being written is then in all others.
      historyReporter(options.reportDir),
      jsonReporter(directory),
      ...writers.map((writer) => fileReporter(writer, directory)),
      allureReporter(directory, write),
      consoleReporter({ ...layout, write, reports: [directory, join(directory, htmlWriter.output)] }),
    ],
    redact,
    ...gates,
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
  const classes = required.filter((entry) => entry.includes("*"));
  const isChosen = (entry: string) =>
    chosen.scenarios.some(({ name }) => name === entry || (entry.includes("*") && mayBeginWith(entry, `${name}/`)));
  return {
    required: [...wanted, ...classes],
    leftOut: [...wanted, ...classes].filter((entry) => !isChosen(entry)),
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
