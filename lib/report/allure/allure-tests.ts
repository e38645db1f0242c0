import { groupKey } from "../collect.ts";
import { explainedBy } from "../explained.ts";
import type { PathResult, Results } from "../path-result.ts";
import type { AllureTest } from "./allure-test.ts";
import { evidenceFiles } from "./evidence-files.ts";
import { groupTest } from "./group-test.ts";
import { limitsFor } from "./limits.ts";
import { runTests } from "./run-tests.ts";

/** Turns results into the tests of an Allure report: those about the run, then one per group of paths. `root` is the directory of results.json. */
export function allureTests(results: Results, root: string): AllureTest[] {
  const scenarios = new Map(results.scenarios?.map((scenario) => [scenario.name, scenario]));
  const timed = new Map(results.groups?.map((group) => [groupKey(group), group]));
  const evidenceOf = evidenceFiles(results.evidence ?? [], root);
  const groups = [...Map.groupBy(results.paths, groupKey)].flatMap(([key, [first, ...rest]]) => {
    if (!first) return [];
    const paths: [PathResult, ...PathResult[]] = [first, ...rest];
    return [{ paths, scenario: scenarios.get(first.scenario), timed: timed.get(key) }];
  });
  const wrong = groups.filter(({ paths }) => paths.some(({ verdict }) => verdict === "failed" || verdict === "broken"));
  const same = { results, limits: limitsFor(wrong.length), explained: explainedBy(results.diagnosis) };
  const tests = groups.map(({ paths, ...context }) =>
    groupTest(paths, { ...same, ...context, evidence: evidenceOf(paths.map(({ id }) => id)) }),
  );
  return [...runTests(results, tests), ...tests];
}
