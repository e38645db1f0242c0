import type { Label, Link, Parameter } from "allure-js-commons";
import { formatDuration } from "../../base/duration.ts";
import { printable } from "../../base/printable.ts";
import { allCounts } from "../counts.ts";
import { causeSentence } from "../diagnosis-lines.ts";
import type { Explained } from "../explained.ts";
import { findingBlocks } from "../finding-blocks.ts";
import { plainLayout } from "../finding.ts";
import type { Diagnosis, GroupFacts, PathResult, Results, ScenarioFacts } from "../path-result.ts";
import type { AllureFile, AllureTest } from "./allure-test.ts";
import { groupMessage } from "./group-message.ts";
import type { Limits } from "./limits.ts";
import { markdownText } from "./markdown-text.ts";
import { pathSteps } from "./path-steps.ts";
import { pathsAsJson, pathsTable } from "./paths-table.ts";
import { severityOf } from "./severity.ts";

/** What is known of a group besides its paths. */
export interface GroupContext {
  results: Results;
  /** Undefined where the results do not have it. */
  scenario: ScenarioFacts | undefined;
  /** Undefined where the results do not have it: the group began with the run, and lasted as long as its longest path. */
  timed: GroupFacts | undefined;
  evidence: AllureFile[];
  limits: Limits;
  explained: (id: string) => Explained;
}

/**
 * Makes one Allure test of all paths of one scenario between one ordered pair of clusters, or of one act of it. `paths` is not empty.
 *
 * A finding makes it failed, else a path that could not be looked at makes it broken, else known issues alone make it failed and known, and
 * skips alone skipped. Only what has not passed has steps and a message; paths that passed are counted, and stand in the table of
 * a test that has not passed.
 */
export function groupTest(paths: [PathResult, ...PathResult[]], context: GroupContext): AllureTest {
  const { results, scenario, timed, evidence, limits, explained } = context;
  const [{ scenario: name, suite, claim, group, from, to }] = paths;
  const status = groupStatus(paths);
  const wentWrong = status === "failed" || status === "broken";
  return {
    id: `${name}#${group}`,
    name: `${group}: ${claim}`,
    suites: [`${from.cluster || "outside"} -> ${to.cluster || "outside"}`, suite, name],
    status,
    ...(status === "passed" ? {} : { message: groupMessage(paths, limits.lines) }),
    ...(wentWrong ? { trace: traceOf(paths, results.diagnosis, explained) } : {}),
    known: status === "failed" && paths.every(({ verdict, known }) => verdict !== "failed" || known !== undefined),
    flaky: paths.some(({ flap }) => flap),
    startMs: Date.parse(results.run.startedAt) + (timed?.startMs ?? 0),
    durationMs: timed?.durationMs ?? paths.reduce((longest, { timings }) => Math.max(longest, timings.totalMs), 0),
    severity: severityOf(suite),
    labels: labelsOf(paths, scenario),
    links: linksOf(scenario),
    parameters: parametersOf(paths),
    description: descriptionOf(paths, scenario),
    steps: wentWrong ? pathSteps(paths, explained, limits.steps) : [],
    attachments: wentWrong ? [pathsTable(paths, limits.rows), pathsAsJson(paths, limits.steps)] : [],
    evidence,
  };
}

function groupStatus(paths: PathResult[]): AllureTest["status"] {
  const has = (wanted: PathResult["verdict"]) => paths.some(({ verdict }) => verdict === wanted);
  if (paths.some(({ verdict, known }) => verdict === "failed" && !known)) return "failed";
  if (has("broken")) return "broken";
  if (has("failed")) return "failed";
  return has("passed") ? "passed" : "skipped";
}

function traceOf(paths: PathResult[], diagnosis: Diagnosis | undefined, explained: GroupContext["explained"]): string {
  const numbers = new Set(paths.flatMap(({ id }) => explained(id).causes));
  const causes = (diagnosis?.causes ?? []).flatMap((cause, index) =>
    numbers.has(index + 1) ? [printable(causeSentence(cause, index + 1))] : [],
  );
  const blocks = findingBlocks(paths, explained, plainLayout).map((lines) => lines.join("\n"));
  return [...(causes.length === 0 ? [] : [causes.join("\n")]), ...blocks].join("\n\n");
}

function labelsOf(paths: [PathResult, ...PathResult[]], scenario: ScenarioFacts | undefined): Label[] {
  const [{ suite, scenario: name, claim, group }] = paths;
  const tags = [
    ...(scenario?.covers ?? []),
    ...(paths.some(({ known }) => known) ? ["known issue"] : []),
    ...(paths.some(({ flap }) => flap) ? ["flap"] : []),
  ];
  return [
    { name: "epic", value: suite },
    { name: "feature", value: name },
    { name: "story", value: printable(claim) },
    ...tags.map((value) => ({ name: "tag", value })),
    // Allure draws its timeline by host and thread: here a row for each group, below its suite.
    { name: "host", value: suite },
    { name: "thread", value: `${name} ${group}` },
  ];
}

function linksOf(scenario: ScenarioFacts | undefined): Link[] {
  const { spec = "" } = scenario ?? {};
  return /^https?:/.test(spec) ? [{ name: "specification", url: spec, type: "link" }] : [];
}

function parametersOf(paths: [PathResult, ...PathResult[]]): Parameter[] {
  const [{ from, to, scenario }] = paths;
  const protocols = [...new Set(paths.map(({ protocol }) => protocol))].toSorted().join(", ");
  return [
    { name: "from cluster", value: from.cluster || "outside" },
    { name: "to cluster", value: to.cluster || "outside" },
    { name: "scenario", value: scenario },
    // A run that asks by fewer protocols is still about the same test.
    { name: "protocols", value: protocols, excluded: true },
  ];
}

function descriptionOf(paths: [PathResult, ...PathResult[]], scenario: ScenarioFacts | undefined): string {
  const counts = { passed: 0, failed: 0, broken: 0, skipped: 0 };
  for (const { verdict } of paths) counts[verdict] += 1;
  const latencies = paths.flatMap(({ timings }) => timings.latencyP50Ms ?? []).toSorted((one, other) => one - other);
  const median = latencies[Math.floor((latencies.length - 1) / 2)];
  const reasons = new Set(
    paths.flatMap(({ verdict, reason }) => (verdict === "skipped" ? (reason ?? "no reason given") : [])),
  );
  const lines = [
    paths[0].claim,
    `${paths.length} ${paths.length === 1 ? "path" : "paths"}: ${allCounts(counts)}`,
    ...(median === undefined ? [] : [`median latency: ${formatDuration(median)}`]),
    ...[...reasons].map((reason) => `skipped: ${reason}`),
    ...(scenario ? [`specification: ${scenario.spec}`] : []),
    ...(scenario && scenario.covers.length > 0 ? [`covers: ${scenario.covers.join(", ")}`] : []),
  ];
  return lines.map((line) => `- ${markdownText(line)}`).join("\n");
}
