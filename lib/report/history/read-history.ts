import { existsSync, readFileSync } from "node:fs";
import { Diagnostic } from "../../base/diagnostic.ts";
import { type HistoryEntry, historyEntrySchema } from "./history-entry.ts";

/** What a history tells, and what of it could not be read. */
export interface History {
  /** By their start, oldest first. */
  entries: HistoryEntry[];
  /** Sentences. */
  remarks: string[];
}

const mostNumbers = 5;

/**
 * Reads history.jsonl. Lines that cannot be read are left out, and told in a remark; a run that is there twice counts once.
 *
 * Throws Diagnostic `configuration` when there is no such file, or none that can be read.
 */
export function readHistory(file: string): History {
  const numbered = textOf(file)
    .split("\n")
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== "");
  const read = numbered.map(({ line, number }) => ({ number, entry: entryOf(line) }));
  const wrong = read.filter(({ entry }) => entry === undefined).map(({ number }) => number);
  const entries = new Map(read.flatMap(({ entry }) => (entry ? [[keyOf(entry), entry] as const] : [])));
  return {
    entries: [...entries.values()].toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt)),
    remarks: wrong.length === 0 ? [] : [remarkOn(file, wrong)],
  };
}

function keyOf({ run, startedAt }: HistoryEntry): string {
  return JSON.stringify([run, startedAt]);
}

function entryOf(line: string): HistoryEntry | undefined {
  try {
    return historyEntrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function remarkOn(file: string, wrong: number[]): string {
  const shown = wrong.slice(0, mostNumbers).join(", ");
  const more = wrong.length > mostNumbers ? ` and ${wrong.length - mostNumbers} more` : "";
  return wrong.length === 1
    ? `Line ${shown} of ${file} cannot be read and is left out.`
    : `Lines ${shown}${more} of ${file} cannot be read and are left out.`;
}

function textOf(file: string): string {
  const cure = "Run meshgate first, which appends a line for each run, or name the file with --history.";
  if (!existsSync(file)) throw new Diagnostic("configuration", `There is no history ${file}.`, cure);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new Diagnostic("configuration", `The history ${file} cannot be read (${code}).`, cure);
  }
}
