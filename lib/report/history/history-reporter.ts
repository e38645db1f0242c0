import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Reporter } from "../reporter.ts";
import { historyEntry, historyLine } from "./history-entry.ts";

/** Name of the file, in the directory of all reports. */
export const historyFile = "history.jsonl";

/**
 * Appends a line for the run to `history.jsonl` in `root`, the directory of all reports, when the run has ended; also when it was interrupted. Runs
 * that were killed leave no line.
 */
export function historyReporter(root: string): Reporter {
  return {
    name: historyFile,
    runFinished: (results) => appendLine(join(root, historyFile), historyLine(historyEntry(results))),
  };
}

/**
 * Appends a line that ends with a line feed, in one write: a file system of this machine keeps the lines of two runs apart, whichever comes first. After
 * a line that was cut off, by a full disk, it begins a new one. Throws the system's error.
 */
export function appendLine(file: string, line: string): void {
  const opened = openSync(file, "a+");
  try {
    const bytes = Buffer.from(isCutOff(opened) ? `\n${line}` : line);
    const written = writeSync(opened, bytes);
    if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes could be written`);
  } finally {
    closeSync(opened);
  }
}

function isCutOff(opened: number): boolean {
  const { size } = fstatSync(opened);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(opened, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}
