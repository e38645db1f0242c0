import { join } from "node:path";
import { printable } from "../base/printable.ts";
import { writeAtomically } from "../base/write-atomically.ts";
import { comparisonLines } from "./compare/comparison-lines.ts";
import { groupKey } from "./collect.ts";
import { causeSentence, diagnosisLines } from "./diagnosis-lines.ts";
import { explainedBy } from "./explained.ts";
import { findingBlocks } from "./finding-blocks.ts";
import { describePath, plainLayout, renderTrouble, renderUncovered } from "./finding.ts";
import type { Diagnosis, PathResult, Results, Verdict } from "./path-result.ts";
import type { Reporter } from "./reporter.ts";
import { explainVerdict } from "./verdict.ts";
import { element, type Element, renderXml } from "./xml.ts";

const junitFile = "junit.xml";

/** Writes junit.xml into a directory that exists, when the run has ended. */
export function junitReporter(directory: string): Reporter {
  const durationsMs = new Map<string, number>();
  return {
    name: junitFile,
    groupFinished: (group) => void durationsMs.set(groupKey(group), group.durationMs),
    runFinished: (results) => writeAtomically(join(directory, junitFile), renderJunit(results, durationsMs)),
  };
}

/**
 * Renders results as JUnit XML: a test suite per scenario, in it a test case per pair of clusters, and first a suite `set-up` whose
 * only case carries the troubles. Names are equal from run to run.
 *
 * A case with a failed path that is no known issue is a failure, else one with a broken path is an error, else one with a known issue or of skipped paths alone is skipped; so
 * the file has a failure or an error whenever the run has not passed. `durationsMs` are by `groupKey`; a group that is not in it
 * counts as long as its longest path.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function renderJunit(results: Results, durationsMs: ReadonlyMap<string, number> = new Map()): string {
  const explain = explainer(results.diagnosis);
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
  const timestamp = results.run.startedAt.slice(0, 19);
  return renderXml(
    element(
      "testsuites",
      {
        name: "meshgate",
        ...totals(all.flatMap(({ cases }) => cases)),
        time: seconds(results.run.durationMs),
        timestamp,
      },
      all.map(({ name, facts, cases }) => {
        const time = seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0));
        return element("testsuite", { name, ...totals(cases), time, timestamp }, [
          element(
            "properties",
            {},
            Object.entries(facts).map(([key, value]) => element("property", { name: key, value })),
          ),
          ...cases.map((testcase) => renderCase(name, testcase)),
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
      output: paths.map(pathLine).join("\n"),
    };
  }
}

interface Case {
  name: string;
  durationMs: number;
  kind: "passed" | "failure" | "error" | "skipped";
  message?: string;
  text?: string;
  output?: string;
}

function judgeCase(paths: PathResult[], explain: Explain): Pick<Case, "kind" | "message" | "text"> {
  const of = (verdict: Verdict) => paths.filter((path) => path.verdict === verdict);
  const [broken, skipped] = [of("broken"), of("skipped")];
  const { failed = [], known = [] } = Object.groupBy(of("failed"), (path) => (path.known ? "known" : "failed"));
  const counted = (count: number) => `${count} of ${paths.length} paths`;
  const text = explain(paths);
  if (failed.length > 0)
    return { kind: "failure", message: `${counted(failed.length)} broke the claim: ${failed[0]?.claim}`, text };
  if (broken.length > 0) return { kind: "error", message: `${counted(broken.length)} could not be looked at`, text };
  // CI servers have no word for a failure that is accepted; as skipped it is seen, with its reason, and nothing takes it for passed.
  if (known.length > 0) return { kind: "skipped", message: knownMessage(known, paths.length) };
  if (skipped.length < paths.length) return { kind: "passed" };
  return { kind: "skipped", message: [...new Set(skipped.map(({ reason }) => reason))].join("; ") };
}

function knownMessage(known: PathResult[], of: number): string {
  const issues = new Set(
    known.flatMap((path) => path.known ?? []).map(({ reason, expires }) => `${reason}, until ${expires}`),
  );
  return `known issue: ${[...issues].join("; ")} (${known.length} of ${of} paths fail)`;
}

/** Writes the findings among some paths; what explains them stands above, for who sees no more than this one case. */
type Explain = (paths: PathResult[]) => string;

function explainer(diagnosis: Diagnosis | undefined): Explain {
  const explained = explainedBy(diagnosis);
  const sentences = (diagnosis?.causes ?? []).map((cause, index) => printable(causeSentence(cause, index + 1)));
  return (paths) => {
    const numbers = new Set(paths.flatMap(({ id }) => explained(id).causes));
    const above = sentences.filter((_, index) => numbers.has(index + 1)).join("\n");
    const blocks = findingBlocks(paths, explained, plainLayout).map((lines) => lines.join("\n"));
    return [...(above === "" ? [] : [above]), ...blocks].join("\n\n");
  };
}

function pathLine(path: PathResult): string {
  const why = path.reason ?? path.saw;
  return `${path.verdict}  ${path.id}  ${describePath(path)}: ${why}`;
}

/** The case that fails when the run has not passed for a reason that no group shows. What explains the findings is its output. */
function setUpCase(results: Results, groups: Case[]): Case {
  const causes = results.diagnosis ? diagnosisLines(results.diagnosis, plainLayout).join("\n") : "";
  const same = { name: "set-up", durationMs: 0, ...(causes === "" ? {} : { output: causes }) };
  const blocks = [
    ...results.troubles.map((trouble) => renderTrouble(trouble, plainLayout)),
    ...(results.uncovered ?? []).map((uncovered) => renderUncovered(uncovered, plainLayout.paint)),
    ...(results.comparison ? [comparisonLines(results.comparison, plainLayout)] : []),
  ];
  const text = blocks.map((lines) => lines.join("\n")).join("\n\n");
  const shown = groups.some(({ kind }) => kind === "failure" || kind === "error");
  const ended = results.verdict !== "interrupted" && results.verdict !== "configuration";
  const silent = results.troubles.length === 0 && ended && (results.verdict === "passed" || shown);
  if (silent) return { ...same, kind: "passed" };
  const message = results.troubles[0]?.message ?? explainVerdict(results);
  return { ...same, kind: "error", message, text };
}

function renderCase(scenario: string, { name, durationMs, kind, message, text, output }: Case): Element {
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
