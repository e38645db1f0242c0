import type { Explained } from "../explained.ts";
import { findingsUnderCauses } from "../findings-under-causes.ts";
import type { GroupFacts, PathResult, Results, ScenarioFacts } from "../path-result.ts";
import type { AllureFile, AllureTest } from "./allure-test.ts";
import { groupDescription } from "./group-description.ts";
import { labelsOf, linksOf, parametersOf } from "./group-labels.ts";
import { groupMessage } from "./group-message.ts";
import type { Limits } from "./limits.ts";
import { pageLayout } from "./page-layout.ts";
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
 * Makes one Allure test of all paths of one scenario between one ordered pair of clusters, or of one act of it.
 *
 * A finding makes it failed, else a path that could not be looked at makes it broken, else known issues alone make it failed and known,
 * and skips alone skipped. A group that was still being asked when the run was killed is broken, too. Only what has not passed has
 * steps and a message; paths that passed are counted, and stand in the table of a test that has not passed.
 */
export function groupTest(paths: [PathResult, ...PathResult[]], context: GroupContext): AllureTest {
  const { results, scenario, timed, evidence, limits, explained } = context;
  const [{ scenario: name, suite, claim, group }] = paths;
  // What a killed run leaves of a group says nothing of the paths that were still to come.
  const isCut = results.run.finishedAt === undefined && results.groups !== undefined && timed === undefined;
  const status = statusOf(paths, isCut);
  const wentWrong = status === "failed" || status === "broken";
  const hasFindings = paths.some(({ verdict }) => verdict === "failed" || verdict === "broken");
  return {
    id: `${name}#${group}`,
    name: `${group}: ${claim}`,
    suites: [pairOf(group), suite, name],
    status,
    ...(status === "passed"
      ? {}
      : { message: [...(isCut ? [cutShort] : []), ...groupMessage(paths, limits.lines)].join("\n\n") }),
    ...(hasFindings ? { trace: findingsUnderCauses(paths, results.diagnosis, explained, pageLayout) } : {}),
    known: status === "failed" && paths.every(({ verdict, known }) => verdict !== "failed" || known !== undefined),
    flaky: paths.some(({ flap }) => flap),
    startMs: Date.parse(results.run.startedAt) + (timed?.startMs ?? 0),
    durationMs: timed?.durationMs ?? paths.reduce((longest, { timings }) => Math.max(longest, timings.totalMs), 0),
    severity: severityOf(suite),
    labels: labelsOf(paths, scenario),
    links: linksOf(scenario),
    parameters: parametersOf(paths),
    description: groupDescription(paths, scenario),
    steps: hasFindings ? pathSteps(paths, explained, limits.steps) : [],
    attachments: [
      ...(wentWrong ? [pathsTable(paths, limits.rows)] : []),
      ...(hasFindings ? [pathsAsJson(paths, limits.steps)] : []),
    ],
    evidence,
  };
}

const cutShort = "The run ended before all paths were asked.";

/** The pair of clusters of a group, which may be about one act between them: `a -> b, act`. */
function pairOf(group: string): string {
  return group.replace(/, [^,]*$/, "");
}

function statusOf(paths: PathResult[], isCut: boolean): AllureTest["status"] {
  const has = (wanted: PathResult["verdict"]) => paths.some(({ verdict }) => verdict === wanted);
  if (paths.some(({ verdict, known }) => verdict === "failed" && !known)) return "failed";
  if (has("broken") || isCut) return "broken";
  if (has("failed")) return "failed";
  return has("passed") ? "passed" : "skipped";
}
