import { colourFor, painter } from "../base/colour.ts";
import { formatDuration } from "../base/duration.ts";
import { printable } from "../base/printable.ts";
import { wrapWords } from "../base/wrap-words.ts";
import { comparisonLines } from "./compare/comparison-lines.ts";
import { allCounts } from "./counts.ts";
import { diagnosisLines } from "./diagnosis-lines.ts";
import { explainedBy } from "./explained.ts";
import { findingBlocks } from "./finding-blocks.ts";
import { type Layout, renderTrouble, renderUncovered } from "./finding.ts";
import { groupLines } from "./group-lines.ts";
import { knownIssueLines } from "./known-issue-lines.ts";
import type { ClusterFacts, Results } from "./path-result.ts";
import type { Reporter } from "./reporter.ts";
import { skipLines } from "./skip-lines.ts";
import { explainVerdict } from "./verdict.ts";

const defaultWidth = 100;

/**
 * Makes the layout for a stream: as wide as its terminal, 100 columns where there is none, and coloured only on a terminal, not with
 * `--no-color` (`colour` false) and not with NO_COLOR set.
 */
export function layoutFor(
  stream: { isTTY?: boolean | undefined; columns?: number | undefined },
  options: { colour: boolean; environment: Record<string, string | undefined> },
): Layout {
  const { colour, environment } = options;
  return { width: stream.columns || defaultWidth, paint: painter(colourFor(stream, { wanted: colour, environment })) };
}

/**
 * Prints a run for people: a line per scenario and pair of clusters as each finishes, troubles as they come, and at the end what
 * explains the findings, the nodes that were left out, the findings, what was skipped and why, what was required of that, the known issues, what changed since the baseline, the verdict, where the reports are, and the totals as the last line.
 *
 * `write` gets whole lines. `reports` are the places named before the totals. Colour repeats what words say already.
 */
export function consoleReporter(options: Layout & { write: (text: string) => void; reports: string[] }): Reporter {
  const { write, reports } = options;
  const groups = groupLines(options);

  return {
    name: "the console",
    pathsPlanned: (paths) => paths.forEach(groups.expect),
    groupFinished: (group) => print(groups.render(group)),
    troubleFound: (trouble) => print(["", ...renderTrouble(trouble, options), ""]),
    runFinished(results) {
      print([
        ...causes(results, options),
        ...notTested(results.clusters, options),
        ...findings(results, options),
        ...skipLines(results.paths, options.width),
        ...uncoveredLines(results, options),
        ...knownIssueLines(results.knownIssues ?? [], options),
        ...compared(results, options),
        "",
        ...reports.map((report, index) => `${index === 0 ? "reports" : "       "}  ${report}`),
        ...verdictLines(results, options),
        "",
        `${allCounts(results.summary)} in ${formatDuration(results.run.durationMs)}`,
      ]);
    },
  };

  function print(lines: string[]): void {
    write(lines.map((line) => `${line}\n`).join(""));
  }
}

function notTested(clusters: ClusterFacts[], { width }: Layout): string[] {
  const label = "not tested   ";
  const lines = clusters.flatMap(({ context, nodes }) =>
    nodes
      .filter(({ chosen }) => !chosen)
      .flatMap(({ name, reason = "no reason given" }) =>
        wrapWords(printable(`${context}/${name}: ${reason}`), width - label.length).map(
          (line, index) => `${index === 0 ? label : " ".repeat(label.length)}${line}`,
        ),
      ),
  );
  return lines.length === 0 ? [] : ["", ...lines];
}

function causes({ diagnosis }: Results, layout: Layout): string[] {
  const lines = diagnosis ? diagnosisLines(diagnosis, layout) : [];
  return lines.length === 0 ? [] : ["", ...lines];
}

function findings({ paths, diagnosis, evidence }: Results, layout: Layout): string[] {
  return findingBlocks(paths, explainedBy(diagnosis, evidence), layout).flatMap((block) => ["", ...block]);
}

function uncoveredLines({ uncovered = [] }: Results, { paint }: Layout): string[] {
  if (uncovered.length === 0) return [];
  return ["", ...uncovered.flatMap((each) => renderUncovered(each, paint))];
}

function compared({ comparison }: Results, layout: Layout): string[] {
  return comparison ? ["", ...comparisonLines(comparison, layout)] : [];
}

function verdictLines(results: Results, { width, paint }: Layout): string[] {
  const { verdict, run } = results;
  const styles = {
    passed: "green",
    findings: "red",
    configuration: "red",
    broken: "yellow",
    uncovered: "yellow",
    regressed: "red",
    interrupted: "yellow",
  } as const;
  const [first = "", ...more] = wrapWords(
    `${verdict}, exit code ${run.exitCode}: ${explainVerdict(results)}`,
    width - 9,
  );
  return [
    `result   ${paint(styles[verdict], verdict)}${first.slice(verdict.length)}`,
    ...more.map((line) => `         ${line}`),
  ];
}
