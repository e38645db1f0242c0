import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../base/write-atomically.ts";
import { fileReporter } from "./file-reporter.ts";
import { type Results, resultsSchema } from "./path-result.ts";
import type { Reporter } from "./reporter.ts";

export const resultsFile = "results.json";

/**
 * Writes results.json into a directory that exists: at the start, at most once per `flushIntervalMs` (default 1 s) while results
 * arrive, and at the end. Each version replaces the one before as a whole, so that a killed run leaves a file that can be read;
 * its verdict is `interrupted` and it has no `finishedAt`.
 */
export function jsonReporter(directory: string, options: { flushIntervalMs?: number } = {}): Reporter {
  const { flushIntervalMs = 1000 } = options;
  const lines: string[] = [];
  return fileReporter({ name: "results", output: resultsFile, everyMs: flushIntervalMs, write }, directory);

  // Paths never change once they are in, so each is turned into JSON only once.
  function write(results: Results): void {
    for (const path of results.paths.slice(lines.length)) lines.push(JSON.stringify(path));
    writeAtomically(join(directory, resultsFile), resultsText(results, lines));
  }
}

/** Writes results as JSON with one line per path. `lines` are the paths, each as JSON already. */
export function resultsText(results: Results, lines = results.paths.map((path) => JSON.stringify(path))): string {
  const { paths: _, ...rest } = results;
  const head = JSON.stringify(rest, undefined, 2).replace(/\n\}$/, "");
  return `${head},\n  "paths": [${lines.map((line) => `\n    ${line}`).join(",")}\n  ]\n}\n`;
}

/** Writes the JSON Schema of results.json, as it is published. */
export function resultsSchemaText(): string {
  const schema = z.toJSONSchema(resultsSchema, { target: "draft-2020-12" });
  return `${JSON.stringify({ title: "meshgate results", ...schema }, undefined, 2)}\n`;
}
