import { join, relative, resolve } from "node:path";
import { writeAtomically } from "../base/write-atomically.ts";
import { worseThan } from "./compare/worse-than.ts";
import { groupKey } from "./collect.ts";
import { diagnosisLines } from "./diagnosis-lines.ts";
import { explainedBy } from "./explained.ts";
import { findingsUnderCauses } from "./findings-under-causes.ts";
import { attachmentsOf, caseOutput, outputRoom } from "./junit-output.ts";
import { keepHead } from "./keep-head.ts";
import { plainLayout, renderTrouble, renderUncovered } from "./finding.ts";
import type { PathResult, Results, Verdict } from "./path-result.ts";
import { explainVerdict } from "./verdict.ts";
import type { Writer } from "./writer.ts";
import { element, type Element, renderXml } from "./xml.ts";

const junitFile = "junit.xml";

/** Writes junit.xml. GitLab looks for attachments from the project's directory, which it names in CI_PROJECT_DIR; others look beside the file. */
export const junitWriter: Writer = {
  name: "junit",
  output: junitFile,
  write(results, directory) {
    const project = process.env["CI_PROJECT_DIR"];
    const evidenceRoot = project ? relative(project, resolve(directory)) : "";
    writeAtomically(join(directory, junitFile), renderJunit(results, { evidenceRoot }));
  },
};

/**
 * Renders results as JUnit XML: a test suite per scenario, in it a test case per pair of clusters, and first a suite `set-up` whose
 * only case carries the troubles. Names are equal from run to run, and no two cases share class name and name.
 *
 * A case with a failed path is a failure, else one with a broken path is an error, else one of skipped paths alone is skipped, and so is
 * one whose only failures are known issues; so the file has a failure or an error whenever the run has not passed. The output of cases is bounded,
 * so that the whole stays below what CI servers take. `evidenceRoot` stands before the folders of evidence in attachments.
 *
 * @see https://github.com/testmoapp/junitxml
 * @see https://docs.gitlab.com/ci/testing/unit_test_reports/
 */
export function renderJunit(results: Results, { evidenceRoot = "" }: { evidenceRoot?: string } = {}): string {
  const explain = explainer(results);
  const durationsMs = new Map((results.groups ?? []).map((group) => [groupKey(group), group.durationMs]));
  const attached = attachmentsOf(results.evidence, evidenceRoot);
  const scenarios = Map.groupBy(results.paths, ({ scenario }) => scenario);
  const suites = [...scenarios].map(([scenario, paths]) => {
    const groups = [...Map.groupBy(paths, ({ group }) => group)];
    return {
      name: scenario,
      facts: factsOf(paths),
      cases: groups.map(([group, members]) => groupCase(group, members)),
    };
  });
  const setUp = {
    name: "set-up",
    facts: runFacts(results),
    cases: [
      setUpCase(
        results,
        suites.flatMap(({ cases }) => cases),
      ),
    ],
  };
  const all = [setUp, ...suites];
  const room = outputRoom(all.reduce((sum, { cases }) => sum + cases.length, 0));
  const timestamp = results.run.startedAt.slice(0, 19);
  return renderXml(
    element(
      "testsuites",
      {
        name: "meshgate",
        ...ofWhole(totals(all.flatMap(({ cases }) => cases))),
        time: seconds(results.run.durationMs),
      },
      all.map(({ name, facts, cases }) => {
        const time = seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0));
        return element("testsuite", { name, ...totals(cases), time, timestamp }, [
          element(
            "properties",
            {},
            Object.entries(facts).map(([key, value]) => element("property", { name: key, value })),
          ),
          ...cases.map((testcase) => renderCase(name, testcase, room)),
        ]);
      }),
    ),
  );

  function groupCase(name: string, paths: PathResult[]): Case {
    const longestMs = Math.max(...paths.map(({ timings }) => timings.totalMs));
    const scenario = paths[0]?.scenario ?? "";
    return {
      name,
      durationMs: durationsMs.get(groupKey({ scenario, group: name })) ?? longestMs,
      ...judgeCase(paths, explain),
      output: (bytes) => caseOutput(paths, attached, bytes),
    };
  }
}

/** Of changes from the baseline. */
const mostChanges = 20;

interface Case {
  name: string;
  durationMs: number;
  kind: "passed" | "failure" | "error" | "skipped";
  message?: string;
  text?: string;
  /** What it prints, in no more than so many bytes. */
  output(bytes: number): string;
}

function judgeCase(paths: PathResult[], explain: Explain): Pick<Case, "kind" | "message" | "text"> {
  const of = (verdict: Verdict) => paths.filter((path) => path.verdict === verdict);
  const [broken, skipped] = [of("broken"), of("skipped")];
  const [known, failed] = [of("failed").filter((path) => path.known), of("failed").filter((path) => !path.known)];
  const counted = (count: number) => `${count} of ${paths.length} paths`;
  const text = explain(paths);
  if (failed.length > 0)
    return { kind: "failure", message: `${counted(failed.length)} broke the claim: ${failed[0]?.claim}`, text };
  if (broken.length > 0) return { kind: "error", message: `${counted(broken.length)} could not be looked at`, text };
  const reasons = (some: PathResult[], reason: (path: PathResult) => string | undefined) =>
    [...new Set(some.map(reason))].join("; ");
  if (known.length > 0) {
    const why = reasons(known, ({ known: issue }) => issue && `${issue.reason}, until ${issue.expires}`);
    return { kind: "skipped", message: `${counted(known.length)} broke the claim as known issues: ${why}`, text };
  }
  if (skipped.length < paths.length) return { kind: "passed" };
  const message = reasons(skipped, ({ reason }) => reason);
  // GitLab shows the text only, Jenkins the message.
  return { kind: "skipped", message, text: message };
}

/** Writes the findings among some paths, and what explains them. */
type Explain = (paths: PathResult[]) => string;

function explainer({ diagnosis, evidence }: Results): Explain {
  const explained = explainedBy(diagnosis, evidence);
  return (paths) => findingsUnderCauses(paths, diagnosis, explained, plainLayout);
}

/** The case that fails when the run has not passed for a reason that no group shows. What explains the findings is its output. */
function setUpCase(results: Results, groups: Case[]): Case {
  const causes = results.diagnosis ? diagnosisLines(results.diagnosis, plainLayout).join("\n") : "";
  const same = { name: "set-up", durationMs: 0, output: (bytes: number) => keepHead(causes, bytes) };
  const blocks = [
    ...results.troubles.map((trouble) => renderTrouble(trouble, plainLayout)),
    ...(results.uncovered ?? []).map((uncovered) => renderUncovered(uncovered, plainLayout.paint)),
    ...worseBlocks(results),
  ];
  const text = blocks.map((lines) => lines.join("\n")).join("\n\n");
  const shown = groups.some(({ kind }) => kind === "failure" || kind === "error");
  const ended = results.verdict !== "interrupted" && results.verdict !== "configuration";
  const silent = results.troubles.length === 0 && ended && (results.verdict === "passed" || shown);
  if (silent) return { ...same, kind: "passed" };
  const message = results.troubles[0]?.message ?? explainVerdict(results);
  return { ...same, kind: "error", message, text: text || message };
}

/** What got worse than the baseline, of the kinds that keep the run from passing. */
function worseBlocks({ comparison }: Results): string[][] {
  const { uncovered, changes, slower } = worseThan(comparison);
  const worse = [...changes, ...uncovered].map(({ change, id, text }) => `${change}  ${id}: ${text}`);
  const later = slower.map(({ scenario, group, ratio }) => `slower  ${scenario}  ${group}: ${ratio.toFixed(2)} times`);
  const lines = [...worse, ...later];
  return lines.length === 0
    ? []
    : [
        [
          ...lines.slice(0, mostChanges),
          ...(lines.length > mostChanges ? [`and ${lines.length - mostChanges} more: see results.json`] : []),
        ],
      ];
}

function renderCase(scenario: string, testcase: Case, room: number): Element {
  const { name, durationMs, kind, message, text } = testcase;
  const output = testcase.output(room);
  const classname = `meshgate.${scenario.replaceAll("/", ".")}`;
  return element("testcase", { classname, name, time: seconds(durationMs) }, [
    ...(kind === "passed"
      ? []
      : [element(kind, { message: message ?? "", ...(kind === "skipped" ? {} : { type: kind }) }, text ? [text] : [])]),
    ...(output ? [element("system-out", {}, [output])] : []),
  ]);
}

function totals(cases: Case[]): Record<string, number> {
  const count = (kind: Case["kind"]) => cases.filter((testcase) => testcase.kind === kind).length;
  return { tests: cases.length, failures: count("failure"), errors: count("error"), skipped: count("skipped") };
}

/** For the whole the common schema knows neither how many were skipped nor when it was. */
function ofWhole({ tests, failures, errors }: Record<string, number>): Record<string, number> {
  return { tests: tests ?? 0, failures: failures ?? 0, errors: errors ?? 0 };
}

function factsOf([path]: PathResult[]): Record<string, string> {
  return path ? { suite: path.suite, claim: path.claim } : {};
}

function runFacts({ run, versions, clusters, verdict, diagnosis }: Results): Record<string, string> {
  return {
    run: run.id,
    verdict,
    meshgate: versions.meshgate,
    node: versions.node,
    agentImage: versions.agentImage,
    lab: String(run.lab),
    ...Object.fromEntries(clusters.map(({ context, version }) => [`cluster ${context}`, version])),
    ...Object.fromEntries((diagnosis?.causes ?? []).map(({ text }, index) => [`cause ${index + 1}`, text])),
  };
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
