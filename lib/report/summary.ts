import { join } from "node:path";
import { formatDuration } from "../base/duration.ts";
import { writeAtomically } from "../base/write-atomically.ts";
import { explainedBy } from "./explained.ts";
import { findingBlocks } from "./finding-blocks.ts";
import { plainLayout } from "./finding.ts";
import { keepHead } from "./keep-head.ts";
import { markdownBlock, markdownCode, markdownFold, markdownRow, markdownText } from "./markdown.ts";
import { type PathResult, type Results, verdicts } from "./path-result.ts";
import { skipsByReason } from "./skip-lines.ts";
import { changedRows, knownRows } from "./summary-changes.ts";
import { explainVerdict } from "./verdict.ts";
import type { Writer } from "./writer.ts";

const summaryFile = "summary.md";

/** Writes summary.md. */
export const summaryWriter: Writer = {
  name: "summary",
  output: summaryFile,
  write: (results, directory) => writeAtomically(join(directory, summaryFile), renderSummary(results)),
};

/** One part of a summary: pieces of Markdown that stand below each other, made only as long as there is room, and how many bytes they may take together. */
interface Section {
  title?: string;
  /** Stands above the pieces: the head of a table, or a sentence. */
  above?: string[];
  pieces: (() => string)[];
  /** Between two pieces. */
  separator: "\n" | "\n\n";
  bytes: number;
}

/**
 * Renders results as GitHub-flavoured Markdown for the summary of a CI step: the verdict, the causes, counts by suite, the findings folded,
 * troubles, what is required and was not looked at, changes from the baseline, known issues, skips by reason, and where evidence is.
 *
 * Less than 64 KiB, of the 1 MiB that GitHub takes per step: each part has its room, and says how much of it is left out.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary
 */
export function renderSummary(results: Results): string {
  const sections = [
    head(results),
    causes(results),
    suites(results),
    findings(results),
    troubles(results),
    uncovered(results),
    changed(results),
    known(results),
    skips(results),
    evidence(results),
  ];
  return `${sections.flatMap(renderSection).join("\n\n")}\n`;
}

const kib = 1024;
const mostPerFold = 5 * kib;
const mostEvidenceLines = 6;

function head(results: Results): Section {
  const { verdict, run, versions, clusters, summary } = results;
  const counts = [...verdicts, ...(summary.known ? (["known"] as const) : [])];
  const code = run.exitCode === undefined ? "the run has not ended" : `exit code ${run.exitCode}`;
  const places = clusters.map(({ context, version, nodes }) => {
    const chosen = nodes.filter((node) => node.chosen).length;
    return `${markdownCode(context)} (${markdownText(version)}, ${chosen} of ${nodes.length} nodes)`;
  });
  return {
    above: [
      `# meshgate: ${verdict}`,
      "",
      `**${markdownText(explainVerdict(results))}** (${code})`,
      "",
      markdownRow(counts),
      markdownRow(counts.map(() => "---:")),
      markdownRow(counts.map((count) => summary[count] ?? 0)),
      "",
      `Run ${markdownCode(run.id)} of ${run.startedAt}, ${formatDuration(run.durationMs)}, meshgate ${markdownText(versions.meshgate)}${run.lab ? ", on the embedded lab of the machine, not on clusters" : ""}`,
      "",
    ],
    pieces: places.map((place) => () => `- ${place}`),
    separator: "\n",
    bytes: 4 * kib,
  };
}

function causes({ diagnosis }: Results): Section {
  const all = diagnosis?.causes ?? [];
  const unexplained = all.length > 0 ? (diagnosis?.unexplained.length ?? 0) : 0;
  return {
    title: "Causes, most likely first",
    pieces: [
      ...all.map(
        (cause, index) => () =>
          [
            `${index + 1}. **${markdownText(cause.text)}** (confidence ${cause.confidence})`,
            ...[...new Set(cause.evidence)].slice(0, mostEvidenceLines).map((each) => `   - ${markdownText(each)}`),
            ...cause.notToldFrom
              .slice(0, mostEvidenceLines)
              .map((each) => `   - cannot be told from: ${markdownText(each)}`),
            `   - try ${markdownCode(cause.try)}`,
          ].join("\n"),
      ),
      ...(unexplained > 0 ? [() => `${unexplained} of the paths that broke their claims: explained by no cause`] : []),
    ],
    separator: "\n\n",
    bytes: 9 * kib,
  };
}

function suites({ paths }: Results): Section {
  const rows = [...Map.groupBy(paths, ({ suite }) => suite)].map(([suite, own]) => () => {
    const counts = countsOf(own);
    return markdownRow([markdownCode(suite), verdictOf(counts), ...columns.map((column) => counts[column])]);
  });
  return {
    title: "Suites",
    above: [markdownRow(["suite", "verdict", ...columns]), markdownRow(["---", "---", ...columns.map(() => "---:")])],
    pieces: rows,
    separator: "\n",
    bytes: 4 * kib,
  };
}

const columns = ["passed", "failed", "known", "broken", "skipped"] as const;
type SuiteCounts = Record<(typeof columns)[number], number>;

function countsOf(paths: PathResult[]): SuiteCounts {
  const counts = { passed: 0, failed: 0, known: 0, broken: 0, skipped: 0 };
  for (const { verdict, known: issue } of paths) counts[verdict === "failed" && issue ? "known" : verdict] += 1;
  return counts;
}

/** Words, and bold ones for what has not passed: nothing here is told by colour. */
function verdictOf({ passed, failed, known: issues, broken }: SuiteCounts): string {
  if (failed > 0) return "**FAILED**";
  if (broken > 0) return "**BROKEN**";
  if (issues > 0) return "known issues";
  return passed > 0 ? "passed" : "not looked at";
}

function findings({ paths, diagnosis, evidence: gathered }: Results): Section {
  const open = paths.filter((path) => !path.known);
  const byGroup = Map.groupBy(
    open.filter(({ verdict }) => verdict === "failed" || verdict === "broken"),
    ({ scenario, group, verdict }) => JSON.stringify([verdict === "broken", scenario, group]),
  );
  const explain = explainedBy(diagnosis, gathered);
  const folds = [...byGroup.values()].map((own) => ({ own, isBroken: own[0]?.verdict === "broken" }));
  return {
    title: "Findings",
    pieces: folds
      .toSorted((one, other) => Number(one.isBroken) - Number(other.isBroken))
      .map(({ own, isBroken }) => () => {
        const what = isBroken ? "COULD NOT LOOK" : "BROKEN CLAIM";
        const title = `${what}: ${own[0]?.scenario}, ${own[0]?.group}: ${plural(own.length, "path")}`;
        const blocks = findingBlocks(own, explain, plainLayout);
        const text = blocks.map((lines) => lines.join("\n")).join("\n\n");
        return markdownFold(title, markdownBlock(keepHead(text, mostPerFold)));
      }),
    separator: "\n\n",
    bytes: 20 * kib,
  };
}

function troubles({ troubles: all }: Results): Section {
  return {
    title: "Troubles",
    pieces: all.map(({ cluster, object, message, cure }) => () => {
      const subject = [cluster, object].flatMap((each) => (each ? [markdownCode(each)] : []));
      return `- ${[...subject, markdownText(message)].join(" ")}\n  - cure: ${markdownText(cure)}`;
    }),
    separator: "\n",
    bytes: 5 * kib,
  };
}

function uncovered({ uncovered: all = [] }: Results): Section {
  return {
    title: "Required and not looked at",
    pieces: all.map(
      ({ scenario, where = "everywhere", reason }) =>
        () =>
          `- ${markdownCode(scenario)} ${markdownText(where)}: ${markdownText(reason)}`,
    ),
    separator: "\n",
    bytes: 4 * kib,
  };
}

function changed({ comparison }: Results): Section {
  return {
    title: "Compared with the baseline",
    pieces: comparison ? changedRows(comparison).map((row) => () => row) : [],
    separator: "\n",
    bytes: 5 * kib,
  };
}

function known({ knownIssues = [] }: Results): Section {
  return {
    title: "Known issues",
    pieces: knownRows(knownIssues).map((row) => () => row),
    separator: "\n",
    bytes: 3 * kib,
  };
}

function skips({ paths }: Results): Section {
  const reasons = skipsByReason(paths).map(
    ({ reason, where }) =>
      () =>
        [`- ${markdownText(reason)}`, ...where.map((place) => `  - ${markdownText(place)}`)].join("\n"),
  );
  return { title: "Skipped", pieces: reasons, separator: "\n", bytes: 4 * kib };
}

function evidence({ evidence: all = [] }: Results): Section {
  return {
    title: "Evidence, beside results.json",
    pieces: all.map(
      ({ folder, about, files }) =>
        () =>
          `- ${markdownCode(folder)}: ${plural(files.length, "file")} about ${markdownText(about)}`,
    ),
    separator: "\n",
    bytes: 3 * kib,
  };
}

function renderSection({ title, above = [], pieces, separator, bytes }: Section): string[] {
  if (pieces.length === 0 && (title !== undefined || above.length === 0)) return [];
  let room = bytes - Buffer.byteLength(above.join("\n")) - longestRemark;
  const shown: string[] = [];
  for (const make of pieces) {
    const piece = make();
    room -= Buffer.byteLength(piece) + separator.length;
    if (room < 0) break;
    shown.push(piece);
  }
  const left = pieces.length - shown.length;
  const remark = left === 0 ? [] : [`\n*${left} more left out here: see results.json.*`];
  const body = [above.join("\n"), shown.join(separator), ...remark].filter((part) => part !== "");
  return [...(title === undefined ? [] : [`## ${title}`]), body.join("\n")];
}

const longestRemark = 100;

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
