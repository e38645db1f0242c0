import { Command, Option } from "commander";
import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { compare } from "../report/compare/compare.ts";
import { comparisonHtml } from "../report/compare/comparison-html.ts";
import { comparisonLines } from "../report/compare/comparison-lines.ts";
import { comparisonMarkdown } from "../report/compare/comparison-markdown.ts";
import { type FailOn, usualFailOn, worseThan } from "../report/compare/worse-than.ts";
import { layoutFor } from "../report/console.ts";
import type { Comparison } from "../report/path-result.ts";
import { readResults } from "../report/read-results.ts";
import { defaults } from "./config/defaults.ts";
import { appendFailOn, nonEmpty } from "./option-values.ts";
import { parse } from "./parse-command.ts";
import { placeOf } from "./read-gates.ts";
import { writeOutput } from "./write-output.ts";

interface DiffOptions {
  failOn: FailOn[];
  format: "text" | "markdown" | "json" | "html";
  output?: string;
  color: boolean;
}

/** Paths of each kind of change that are printed as text. */
const mostShown = 50;

/**
 * Compares the results of two runs, the earlier one first. Returns 5 when anything is worse that is told to matter, else 4 when something is not
 * covered any more, else 0. Throws Diagnostic.
 */
export async function diff(args: string[], write: (text: string) => void): Promise<number> {
  const command = diffCommand();
  const parsed = parse(command, args, (raw) => raw as unknown as DiffOptions);
  if ("printed" in parsed) {
    write(parsed.printed);
    return exitCodes.passed;
  }
  const [before = "", after = "", ...more] = command.args;
  if (after === "" || more.length > 0)
    throw new Diagnostic(
      "configuration",
      `two runs are compared, and ${command.args.length} ${command.args.length === 1 ? "is" : "are"} named`,
      "Name the results.json or the directory of both, the earlier one first: npm run diff -- A.json B.json",
    );
  const { failOn, format, output, color } = parsed.options;
  const [old, now] = [before, after].map((place) => readResults(placeOf(place, defaults.reportDir)).results);
  if (!old || !now) return exitCodes.broken;
  const comparison = compare(old, now, { failOn });
  const layout = layoutFor(output === undefined ? process.stdout : {}, { colour: color, environment: process.env });
  const texts: Record<DiffOptions["format"], () => string> = {
    text: () => `${comparisonLines(comparison, layout, mostShown).join("\n")}\n`,
    markdown: () => comparisonMarkdown(comparison, now.run.id),
    json: () => `${JSON.stringify(comparison, undefined, 2)}\n`,
    html: () => comparisonHtml(comparison, now.run.id),
  };
  writeOutput(texts[format](), { output, write });
  return exitCodeFor(comparison);
}

/** A path that fails, or answers later, is seen; what was not looked at may be fine. */
function exitCodeFor(comparison: Comparison): number {
  const { changes, slower, uncovered } = worseThan(comparison);
  if (changes.length + slower.length > 0) return exitCodes.regressed;
  return uncovered.length > 0 ? exitCodes.uncovered : exitCodes.passed;
}

function diffCommand(): Command {
  return new Command("npm run diff --")
    .description("Says what changed from one run to a later one.")
    .usage("[options] BEFORE AFTER")
    .argument(
      "[results...]",
      "results.json of two runs, or their directories, the earlier one first; latest is the last run",
    )
    .addOption(
      new Option("--fail-on <kinds>", "changes that count, or none")
        .argParser(appendFailOn)
        .default(usualFailOn, usualFailOn.join(",")),
    )
    .addOption(
      new Option("--format <name>", "of the output").choices(["text", "markdown", "json", "html"]).default("text"),
    )
    .option("--output <file>", "write it there (default: the terminal)", nonEmpty)
    .addOption(new Option("--no-color", "plain text"))
    .helpOption("--help")
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing that counts, 2 options or files, 4 something is not covered any more, 5 something is worse.\n",
    );
}
