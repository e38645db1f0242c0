import { join } from "node:path";
import { Command, Option } from "commander";
import { closest } from "../base/closest.ts";
import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { layoutFor } from "../report/console.ts";
import { historyFile } from "../report/history/history-reporter.ts";
import { readHistory } from "../report/history/read-history.ts";
import { type Trend, trendOf } from "../report/history/trend.ts";
import { trendHtml } from "../report/history/trend-html.ts";
import { trendLines } from "../report/history/trend-lines.ts";
import { defaults } from "./config/defaults.ts";
import { append, nonEmpty, positiveInteger } from "./option-values.ts";
import { parse } from "./parse-command.ts";
import { writeOutput } from "./write-output.ts";

interface TrendOptions {
  history: string;
  last: number;
  scenario?: string[];
  format: "text" | "html" | "json";
  output?: string;
  color: boolean;
}

/** Shows how each scenario fared over the last runs. Returns the exit code, which is 0 whatever they were. Throws Diagnostic. */
export async function trend(args: string[], write: (text: string) => void): Promise<number> {
  const parsed = parse(trendCommand(), args, (raw) => raw as unknown as TrendOptions);
  if ("printed" in parsed) {
    write(parsed.printed);
    return exitCodes.passed;
  }
  const { history, last, scenario, format, output, color } = parsed.options;
  const shown = onlyScenarios(trendOf(readHistory(history), { last }), scenario);
  const layout = layoutFor(output === undefined ? process.stdout : {}, { colour: color, environment: process.env });
  const texts: Record<TrendOptions["format"], () => string> = {
    text: () => `${trendLines(shown, { ...layout, blocks: writesUnicode(process.env) }).join("\n")}\n`,
    json: () => `${JSON.stringify(shown, undefined, 2)}\n`,
    html: () => trendHtml(shown),
  };
  writeOutput(texts[format](), { output, write });
  return exitCodes.passed;
}

/** Leaves only scenarios and suites of these names. */
function onlyScenarios(all: Trend, names: string[] | undefined): Trend {
  if (!names) return all;
  const known = all.scenarios.map(({ scenario }) => scenario);
  for (const name of names) {
    if (known.some((scenario) => isOf(scenario, name))) continue;
    const near = closest(name, known);
    throw new Diagnostic(
      "configuration",
      `no run of this history has a scenario ${name}`,
      near === undefined ? `There are ${known.join(", ") || "none"}.` : `Did you mean ${near}?`,
    );
  }
  return { ...all, scenarios: all.scenarios.filter(({ scenario }) => names.some((name) => isOf(scenario, name))) };
}

function isOf(scenario: string, name: string): boolean {
  return scenario === name || scenario.startsWith(`${name}/`);
}

/** Whether a terminal draws more than ASCII, by the locale. @see https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html */
function writesUnicode(environment: Record<string, string | undefined>): boolean {
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "";
  return /utf-?8/i.test(locale) && environment["TERM"] !== "dumb";
}

function trendCommand(): Command {
  return new Command("npm run trend --")
    .description("Shows how each scenario fared over the last runs: clean runs, shares of paths, latency.")
    .usage("[options]")
    .option("--history <file>", "what runs append a line to", nonEmpty, join(defaults.reportDir, historyFile))
    .option("--last <n>", "so many runs", positiveInteger, 20)
    .option("--scenario <name>", "only this scenario or suite; repeatable", append)
    .addOption(new Option("--format <name>", "of the output").choices(["text", "html", "json"]).default("text"))
    .option("--output <file>", "write it there (default: the terminal)", nonEmpty)
    .addOption(new Option("--no-color", "plain text"))
    .helpOption("--help");
}
