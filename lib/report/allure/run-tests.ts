import { formatDuration } from "../../base/duration.ts";
import { printable } from "../../base/printable.ts";
import { diagnosisLines } from "../diagnosis-lines.ts";
import { renderTrouble, renderUncovered } from "../finding.ts";
import type { Diagnosis, Results } from "../path-result.ts";
import { explainVerdict } from "../verdict.ts";
import type { AllureStep, AllureTest, AllureText } from "./allure-test.ts";
import { markdownText } from "./markdown-text.ts";
import { pageLayout } from "./page-layout.ts";

/**
 * Makes the tests that are about the run as a whole, so that no run that has not passed looks as if it had: always `set-up`, which is broken
 * when something kept us from looking, when the run did not come to its end, and when nothing else shows why it has not passed;
 * `coverage` where scenarios are required, broken when one was not looked at; `baseline` where the run was compared, failed when that
 * keeps it from passing. `groups` are all other tests.
 */
export function runTests(results: Results, groups: AllureTest[]): AllureTest[] {
  const { uncovered, comparison } = results;
  const judged = [
    ...(uncovered ? [coverageTest(results, uncovered)] : []),
    ...(comparison ? [baselineTest(results, comparison)] : []),
  ];
  return [setUpTest(results, [...judged, ...groups]), ...judged];
}

function setUpTest(results: Results, others: AllureTest[]): AllureTest {
  const { troubles, verdict, spans = [], diagnosis } = results;
  const shown = others.some(({ status, known }) => status === "broken" || (status === "failed" && !known));
  const ended = verdict !== "interrupted" && verdict !== "configuration";
  const isExplained = ended && (verdict === "passed" || shown || troubles.length > 0);
  const isBroken = troubles.length > 0 || !isExplained;
  const deployed = spans.find(({ name }) => name === "deploy");
  return runTest(results, {
    name: "set-up",
    status: isBroken ? "broken" : "passed",
    durationMs: deployed ? deployed.startMs + deployed.durationMs : 0,
    lines: [
      ...(isExplained ? [] : [explainVerdict(results) || `the verdict is ${verdict}`]),
      ...troubles.map(({ message }) => message),
    ],
    blocks: troubles.map((trouble) => renderTrouble(trouble, pageLayout)),
    steps: troubles.map(({ message, object, cluster, cure }) => runStep(message, { cluster, object, cure })),
    description: [
      `verdict: ${verdict}, ${explainVerdict(results)}`,
      ...spans.map((span) => `${span.name}: ${formatDuration(span.durationMs)}, after ${formatDuration(span.startMs)}`),
    ],
    attachments: diagnosis ? diagnosisTexts(diagnosis) : [],
  });
}

function coverageTest(results: Results, uncovered: NonNullable<Results["uncovered"]>): AllureTest {
  return runTest(results, {
    name: "coverage",
    durationMs: 0,
    status: uncovered.length > 0 ? "broken" : "passed",
    lines: uncovered.map(
      ({ scenario, where = "everywhere", reason }) => `not looked at: ${scenario}, ${where}: ${reason}`,
    ),
    blocks: uncovered.map((each) => renderUncovered(each, pageLayout.paint)),
    steps: uncovered.map(({ scenario, where = "everywhere", reason }) => runStep(`${scenario}, ${where}`, { reason })),
    description: ["every scenario that the configuration requires is looked at"],
    attachments: [],
  });
}

function baselineTest(results: Results, comparison: NonNullable<Results["comparison"]>): AllureTest {
  const { changes, slower, failOn, baseline, remarks, compared } = comparison;
  const worse = [
    ...changes
      .filter(({ change }) => failOn.includes(change))
      .map(({ change, id, text }) => `${change}: ${id}: ${text}`),
    ...(failOn.includes("slower")
      ? slower.map(
          ({ scenario, group, ratio, lowest }) =>
            `slower: ${scenario}, ${group}: ${ratio.toFixed(2)} times as long, at least ${lowest.toFixed(2)}`,
        )
      : []),
  ];
  return runTest(results, {
    name: "baseline",
    durationMs: 0,
    status: worse.length > 0 ? "failed" : "passed",
    lines: worse,
    blocks: [],
    steps: [],
    description: [`compared with the run ${baseline.run}, ${compared} paths`, ...remarks],
    attachments: [
      {
        name: "comparison.json",
        contentType: "application/json",
        text: `${JSON.stringify(comparison, undefined, 2)}\n`,
      },
    ],
  });
}

interface RunFacts {
  name: string;
  status: "passed" | "failed" | "broken";
  durationMs: number;
  /** Why it has not passed. */
  lines: string[];
  blocks: string[][];
  steps: AllureStep[];
  description: string[];
  attachments: AllureText[];
}

function runTest({ run }: Results, facts: RunFacts): AllureTest {
  const { name, status, durationMs, lines, blocks, steps, description, attachments } = facts;
  return {
    id: `run#${name}`,
    name,
    suites: ["run", name],
    status,
    ...(lines.length > 0 ? { message: printable(lines.join("\n")) } : {}),
    ...(blocks.length > 0 ? { trace: blocks.map((block) => block.join("\n")).join("\n\n") } : {}),
    known: false,
    flaky: false,
    startMs: Date.parse(run.startedAt),
    durationMs,
    severity: "critical",
    labels: [
      { name: "epic", value: "run" },
      { name: "feature", value: name },
    ],
    links: [],
    parameters: [],
    description: description.map((line) => `- ${markdownText(line)}`).join("\n"),
    steps,
    attachments,
    evidence: [],
  };
}

function runStep(name: string, fields: Record<string, string | undefined>): AllureStep {
  return {
    name: printable(name),
    status: "broken",
    durationMs: 0,
    parameters: Object.entries(fields).flatMap(([key, value]) =>
      value ? [{ name: key, value: printable(value) }] : [],
    ),
    steps: [],
  };
}

function diagnosisTexts(diagnosis: Diagnosis): AllureText[] {
  const lines = diagnosisLines(diagnosis, pageLayout);
  return [
    ...(lines.length > 0 ? [{ name: "diagnosis.txt", contentType: "text/plain", text: `${lines.join("\n")}\n` }] : []),
    {
      name: "diagnosis.json",
      contentType: "application/json",
      text: `${JSON.stringify(diagnosis, undefined, 2)}\n`,
    },
  ];
}
