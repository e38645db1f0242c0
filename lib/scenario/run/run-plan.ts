import type { PathResult, Trouble } from "../../report/path-result.ts";
import type { GroupOutcome, PlannedGroup } from "./channel.ts";
import { askGroup } from "./ask-plan.ts";
import { plannedAgreement } from "./families-agree.ts";
import type { Group, PlannedSkip } from "./plan.ts";
import { describePath, groupName, skippedResult } from "./result.ts";
import type { Session } from "./session.ts";
import { runSuites } from "./vitest-run.ts";

/** What hears of results as they come. */
export interface ResultSink {
  /** Called once, before the first result, with what is known of every path that is going to be asked. */
  pathsPlanned(paths: PlannedPath[]): void;
  pathFinished(path: PathResult): void;
  groupFinished(group: { scenario: string; group: string; durationMs: number }): void;
  troubleFound(trouble: Trouble): void;
}

export type PlannedPath = ReturnType<typeof describePath> & Pick<PathResult, "from" | "to">;

/**
 * Runs everything that a session has planned, as vitest tests, and tells `sink` of it as it comes.
 *
 * What is skipped is told first. Never rejects for what a network, a cluster or a test does.
 */
export async function runPlan(
  session: Session,
  options: { files: string[]; runId: string; sink: ResultSink },
): Promise<void> {
  const { files, runId, sink } = options;
  const planned = session.plan();
  const { groups, skips, empty } = planned;
  const stage = session.stage(planned);
  sink.pathsPlanned(
    groups.flatMap((group) => [
      ...group.paths.map((path) => describeUnasked(group.scenario, group.act.name, path)),
      ...[plannedAgreement(group)].filter((compared) => compared !== undefined),
    ]),
  );
  for (const skip of skips) {
    const skipped = skippedResult(skip);
    sink.pathFinished(skipped);
    sink.groupFinished({ scenario: skip.scenario.name, group: skipped.group, durationMs: 0 });
  }
  for (const { name } of empty)
    sink.troubleFound({
      object: name,
      message: "This scenario has all that it needs and plans no path.",
      cure: "Look at the chosen nodes with --dry-run.",
    });

  const messages = await runSuites({
    files,
    runId,
    groups: [...plannedGroups(groups), ...plannedSkips(skips)],
    run: (name, pair) => runOne(groups.find((group) => group.scenario.name === name && labelOf(group) === pair)),
  });
  for (const message of messages)
    sink.troubleFound({ message: `vitest: ${message}`, cure: "Please report it, with the command and results.json." });

  async function runOne(group: Group | undefined): Promise<GroupOutcome> {
    if (!group) return { verdict: "broken", message: "it is not in the plan" };
    const startedMs = performance.now();
    const results = await askGroup(stage, group);
    results.forEach(sink.pathFinished);
    sink.groupFinished({
      scenario: group.scenario.name,
      group: labelOf(group),
      durationMs: Math.round(performance.now() - startedMs),
    });
    return outcomeOf(results);
  }
}

function plannedGroups(groups: Group[]): PlannedGroup[] {
  return groups.map((group) => ({
    scenario: group.scenario.name,
    pair: labelOf(group),
    count: group.paths.length,
  }));
}

function labelOf({ pair, act }: Group): string {
  return groupName(pair, act.name);
}

function plannedSkips(skips: PlannedSkip[]): PlannedGroup[] {
  return skips.map(({ scenario, cluster, to, reason }) => ({
    scenario: scenario.name,
    pair: to === undefined ? cluster : `${cluster} -> ${to}`,
    count: 0,
    skip: reason,
  }));
}

function describeUnasked(scenario: Group["scenario"], act: string, path: Group["paths"][number]): PlannedPath {
  const { from, to } = path;
  const end = (place: typeof to) => ({
    cluster: place.cluster,
    name: place.name,
    ...("node" in place && place.node !== undefined ? { node: place.node } : {}),
  });
  return { ...describePath(scenario, act, path), from: end(from), to: end(to) };
}

function outcomeOf(results: PathResult[]): GroupOutcome {
  const telling = results.filter(({ verdict }) => verdict === "failed" || verdict === "broken");
  const [first] = telling;
  if (!first) return { verdict: "passed", message: "" };
  const more = telling.length > 1 ? `; and ${telling.length - 1} more` : "";
  return {
    verdict: telling.some(({ verdict }) => verdict === "failed") ? "failed" : "broken",
    message: `${first.title}: expected ${first.expected}, saw ${first.saw}${more}`,
  };
}
