import { readFileSync } from "node:fs";
import { writeAtomically } from "../../base/write-atomically.ts";

/** Runs that are kept. */
const mostRuns = 10;

/** One line of the file: what Allure keeps of a report, as far as it matters here. */
interface Entry {
  name: string;
  testResults: Record<string, { start?: number; message?: string; trace?: string }>;
}

/** What reports tell of earlier runs. */
export interface ReportHistory {
  /** Lines about the runs before this one. */
  earlier: string;
  /** Keeps what Allure wrote about this run, in place of what was there about it. `line` is JSON. */
  keep(line: string): void;
}

/** Names the report of a run. Allure may append the name of a job. */
export function reportName(run: string): string {
  return `meshgate ${run}`;
}

/**
 * Reads the history of Allure's reports, JSON with a line per run, for a report about one run. Runs stand in the order of their ids, which
 * is that of their beginning: a report that is made again takes the place of the first, and does not see later runs as earlier ones.
 *
 * At most 10 runs are kept. A file that is not there is an empty history, and what is not JSON is left out. `keep` throws the system's error.
 */
export function readReportHistory(file: string, run: string): ReportHistory {
  const entries = linesOf(file).flatMap((line) => {
    const entry = parse(line);
    return entry ? [{ line, run: runOf(entry) }] : [];
  });
  const earlier = entries.filter((entry) => entry.run < run).slice(-mostRuns);
  const later = entries.filter((entry) => entry.run > run);
  return {
    earlier: earlier.map(({ line }) => `${line}\n`).join(""),
    keep(line) {
      const kept = [...earlier, { line: brief(line) }, ...later].slice(-mostRuns);
      writeAtomically(file, kept.map((entry) => `${entry.line}\n`).join(""));
    },
  };
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function parse(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Entry | null;
    return typeof entry?.name === "string" && typeof entry.testResults === "object" ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** Empty, and so before all others, for reports that were not made here. */
function runOf({ name }: Entry): string {
  return /^meshgate (\S+)/.exec(name)?.[1] ?? "";
}

/** Dates a line by its run, not by when the report was made, and cuts texts that only results need. */
function brief(line: string): string {
  const entry = JSON.parse(line) as Entry;
  const results = Object.values(entry.testResults);
  for (const result of results) {
    if (result.message !== undefined) result.message = result.message.split("\n", 1)[0]!;
    delete result.trace;
  }
  const startedAtMs = Math.min(...results.flatMap(({ start }) => start ?? []));
  return JSON.stringify({ ...entry, ...(Number.isFinite(startedAtMs) ? { timestamp: startedAtMs } : {}) });
}
