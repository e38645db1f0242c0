import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AllureConfig } from "allure";
import { runCommand } from "../../base/command.ts";
import { Diagnostic } from "../../base/diagnostic.ts";
import { writeAtomically } from "../../base/write-atomically.ts";
import { allureCategories } from "./categories.ts";
import { offlinePage } from "./offline-page.ts";
import { readReportHistory, reportName } from "./report-history.ts";

export interface AllureReportFiles {
  /** Id of the run that the results are about. */
  run: string;
  /** A directory as `renderAllure` writes it. */
  resultsDirectory: string;
  /** The page that is made, in a directory that exists. */
  output: string;
  /** What reports know of earlier runs, such as `reports/allure-history.jsonl`, in a directory that exists. */
  historyFile: string;
}

/**
 * Makes Allure's report about one run: one HTML file that holds all it shows, opens from disk and asks nothing of any server.
 *
 * Takes a second and 4 MB, and more with many tests. Throws a `broken` diagnostic when Allure fails, and the system's error when a
 * file cannot be read or written.
 */
export async function makeAllureReport({
  run,
  resultsDirectory,
  output,
  historyFile,
}: AllureReportFiles): Promise<void> {
  const history = readReportHistory(historyFile, run);
  const workspace = mkdtempSync(join(tmpdir(), "meshgate-allure-"));
  try {
    const historyPath = join(workspace, "history.jsonl");
    const report = join(workspace, "report");
    const config = join(workspace, "allurerc.json");
    writeFileSync(historyPath, history.earlier);
    writeFileSync(config, JSON.stringify(configFor({ name: reportName(run), output: report, historyPath })));
    const { ok, output: said } = await runCommand(
      // Given as a pattern, the path of a directory could stand for others.
      [process.execPath, allureCommand(), "generate", "--config", config, "."],
      { directory: resultsDirectory },
    );
    const page = ok ? pageIn(report) : undefined;
    if (page === undefined) throw failure(`Allure did not make its report:\n${said.trim()}`);
    const silent = offlinePage(page);
    if (silent === undefined) throw failure("Allure's report would load something from elsewhere, and is not written.");
    writeAtomically(output, silent);
    history.keep(readFileSync(historyPath, "utf8").trimEnd().split("\n").at(-1)!);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function configFor(files: Pick<AllureConfig, "name" | "output" | "historyPath">): AllureConfig {
  return {
    ...files,
    categories: allureCategories,
    // They only place tests in the timeline.
    hideLabels: ["host", "thread"],
    plugins: {
      awesome: {
        options: { singleFile: true, reportLanguage: "en", groupBy: ["parentSuite", "suite", "subSuite"] },
      },
    },
  };
}

/** The package names no file that could be run, but this one has always been beside its exports. */
function allureCommand(): string {
  return fileURLToPath(new URL("../cli.js", import.meta.resolve("allure")));
}

function pageIn(report: string): string | undefined {
  try {
    return readFileSync(join(report, "index.html"), "utf8");
  } catch {
    return undefined;
  }
}

function failure(message: string): Diagnostic {
  return new Diagnostic("broken", message, "Look into allure-results, or reinstall the packages with npm ci.");
}
