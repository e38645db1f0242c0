import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { textOf } from "../base/open-record.ts";
import { allureWriter } from "../report/allure/allure-writer.ts";
import { readResults } from "../report/read-results.ts";
import type { Writer } from "../report/writer.ts";
import { writers } from "../report/writers.ts";
import { defaults } from "./config/defaults.ts";
import { nonEmpty } from "./option-values.ts";
import { parse } from "./parse-command.ts";

interface ReportOptions {
  output?: string;
  format?: string[];
}

/** Makes the reports of a run again from its results.json, and returns the exit code. Throws Diagnostic. */
export async function report(args: string[], write: (text: string) => void): Promise<number> {
  const command = reportCommand();
  const parsed = parse(command, args, (raw) => raw as ReportOptions);
  if ("printed" in parsed) {
    write(parsed.printed);
    return exitCodes.passed;
  }
  const { output, format } = parsed.options;
  const [place = "latest"] = command.args;
  const { file, results } = readResults(place === "latest" ? join(defaults.reportDir, "latest") : place);
  const directory = output ?? dirname(file);
  const all = [...writers, allureWriter(dirname(file))];
  for (const writer of all.filter(({ name }) => format?.includes(name) ?? true)) {
    await writeInto(directory, writer, results);
    write(`wrote ${join(directory, writer.output)}\n`);
  }
  return exitCodes.passed;
}

async function writeInto(directory: string, writer: Writer, results: Parameters<Writer["write"]>[0]): Promise<void> {
  try {
    mkdirSync(directory, { recursive: true });
    await writer.write(results, directory);
  } catch (error) {
    if (error instanceof Diagnostic) throw error;
    throw new Diagnostic(
      "configuration",
      `${join(directory, writer.output)} cannot be written (${textOf(error, "code") ?? "unknown error"}).`,
      "Make the directory writable and see that there is room on its disk, or name another one with --output.",
    );
  }
}

function reportCommand(): Command {
  const names = [...writers, allureWriter("")].map(({ name }) => name);
  return new Command("npm run report --")
    .description("Makes the reports of a run again, each of them from its results.json alone.")
    .usage("[options] [RESULTS]")
    .argument("[results]", "results.json of a run, or its directory (default: the latest run)")
    .option("--output <path>", "directory for what is made (default: that of results.json)", nonEmpty)
    .option("--format <name>", `only this one of ${names.join(", ")}; repeatable`, oneOf(names))
    .helpOption("--help");
}

function oneOf(names: string[]): (value: string, previous?: string[]) => string[] {
  return (value, previous = []) => {
    if (!names.includes(value)) throw new InvalidArgumentError(`It must be one of ${names.join(", ")}.`);
    return [...previous, value];
  };
}
